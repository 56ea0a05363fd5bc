package dev.ballast.control.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.testkit.cluster.FaultyStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ClusterFeedTest {

  private final InMemoryResourceStore store = new InMemoryResourceStore();
  private final FaultyStore faulty = new FaultyStore(store);
  private final ClusterSnapshot snapshot = new ClusterSnapshot();
  private final ClusterFeed feed = new ClusterFeed(faulty, snapshot, () -> {});
  private int opened;
  private boolean broken;

  private void node(String name) {
    byte[] json =
        "{\"metadata\":{\"name\":\"%s\"}}".formatted(name).getBytes(StandardCharsets.UTF_8);
    store.commit(new Write.Create(ObjectKey.cluster(ResourceType.NODES, name), json));
  }

  @Test
  void aLinkThatBreaksBetweenTheTwoWatchesHeals() {
    node("n1");
    faulty.beforeWatch(
        () -> {
          if (++opened == 2 && !broken) {
            broken = true;
            throw new StoreUnavailableException("gone");
          }
        });
    assertThrows(StoreUnavailableException.class, feed::drain);
    node("n2");
    opened = 0;
    assertEquals(store.revision(), feed.drain());
    assertTrue(snapshot.node("n2").isPresent());
    assertEquals(opened, store.openWatches(), "those of the broken attempt are closed");
  }
}

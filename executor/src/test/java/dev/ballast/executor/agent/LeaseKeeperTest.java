package dev.ballast.executor.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The lease is renewed by the tunnel where that takes it, and by a write wherever it does not. */
class LeaseKeeperTest {

  private static final ObjectKey KEY = new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n1");

  private final SimulatedTimers timers =
      new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), new Random(1));
  private final InMemoryResourceStore store = new InMemoryResourceStore(timers::execute);
  private final LeaseKeeper keeper = new LeaseKeeper(store, timers, "n1");

  private Document stored() {
    return store.get(KEY).orElseThrow();
  }

  private String renewTime() {
    return stored().tree().at("/spec/renewTime").asText();
  }

  @Test
  void whatTheTunnelTakesIsNotWritten() {
    keeper.renew();
    long before = stored().revision();
    List<String> asked = new ArrayList<>();
    keeper.renewBy(asked::add);
    timers.runFor(Duration.ofSeconds(10));
    keeper.renew();
    assertEquals(List.of("2026-01-01T00:00:10.000000Z"), asked);
    assertEquals(before, stored().revision());
  }

  @Test
  void itRenewsTwiceInARowOverTheTunnel() {
    keeper.renew();
    long before = stored().revision();
    List<String> asked = new ArrayList<>();
    keeper.renewBy(asked::add);
    for (int i = 0; i < 2; i++) {
      timers.runFor(Duration.ofSeconds(10));
      keeper.renew();
    }
    assertEquals(List.of("2026-01-01T00:00:10.000000Z", "2026-01-01T00:00:20.000000Z"), asked);
    assertEquals(before, stored().revision());
  }

  @Test
  void whatTheTunnelRefusesIsWritten() {
    keeper.renewBy(time -> false);
    keeper.renew();
    timers.runFor(Duration.ofSeconds(10));
    keeper.renew();
    assertEquals("2026-01-01T00:00:10.000000Z", renewTime());
  }

  @Test
  void aLeaseThatWasDeletedIsMadeAgain() {
    keeper.renewBy(time -> store.get(KEY).isPresent());
    keeper.renew();
    keeper.renew();
    store.commit(new Write.Delete(KEY, 0, DeleteOptions.DEFAULTS));
    timers.runFor(Duration.ofSeconds(10));
    keeper.renew();
    assertEquals("2026-01-01T00:00:10.000000Z", renewTime());
    assertEquals("n1", stored().tree().at("/spec/holderIdentity").asText());
  }

  @Test
  void aWriteAfterTheTunnelRestsOnTheNewestVersion() {
    keeper.renew();
    keeper.renewBy(time -> true);
    keeper.renew();
    ObjectNode labelled = stored().tree();
    labelled.withObject("/metadata").putObject("labels").put("team", "a");
    store.commit(new Write.Replace(KEY, stored().revision(), "", Json.storable(labelled)));
    keeper.renewBy(time -> false);
    timers.runFor(Duration.ofSeconds(10));
    keeper.renew();
    assertEquals("2026-01-01T00:00:10.000000Z", renewTime());
    assertEquals("a", stored().tree().at("/metadata/labels/team").asText());
  }

  @Test
  void withoutTunnelAndServerItSaysSo() {
    keeper.renewBy(time -> false);
    store.close();
    assertTrue(
        assertThrows(StoreUnavailableException.class, keeper::renew)
            .getMessage()
            .contains("closed"));
  }
}

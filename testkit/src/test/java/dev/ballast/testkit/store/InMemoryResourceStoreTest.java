package dev.ballast.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class InMemoryResourceStoreTest extends ResourceStoreContract {

  @Override
  protected ResourceStore open() {
    return new InMemoryResourceStore();
  }

  @Override
  protected boolean keepsBasis() {
    return true;
  }

  @Override
  protected boolean compacts() {
    return true;
  }

  @Override
  protected void compact(ResourceStore store, long revision) {
    ((InMemoryResourceStore) store).compact(revision);
  }

  @Test
  void signalsGoThroughTheExecutorInTheOrderOfTheWatches() {
    Queue<Runnable> queued = new ArrayDeque<>();
    try (InMemoryResourceStore queueing = new InMemoryResourceStore(queued::add)) {
      List<String> heard = new ArrayList<>();
      WatchQuery query = new WatchQuery(ResourceType.CONFIG_MAPS, "", 0);
      Watch one = queueing.watch(query, () -> heard.add("one"));
      Watch two = queueing.watch(query, () -> heard.add("two"));
      queueing.commit(create(key("a"), ""));
      assertEquals(List.of(), heard);
      queued.forEach(Runnable::run);
      assertEquals(List.of("one", "two"), heard);
      one.close();
      assertEquals(1, queueing.openWatches());
      two.close();
      assertEquals(0, queueing.openWatches());
    }
  }

  @Test
  void writesCanBeMadeToFail() {
    InMemoryResourceStore memory = (InMemoryResourceStore) store;
    memory.refuseWrites("the disk is full");
    assertEquals(
        new CommitResult.Unavailable("the disk is full"), store.commit(create(key("a"), "")));
    memory.refuseWrites("");
    assertInstanceOf(CommitResult.Committed.class, store.commit(create(key("a"), "")));
  }
}

package dev.ballast.executor.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.store.Write;
import dev.ballast.testkit.store.InMemoryResourceStore;
import dev.ballast.testkit.time.WallTimers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MirrorTest {

  /** The agent reaps the containers of pods that a synced mirror does not hold. */
  @Test
  void itIsSyncedOnlyWhenTheListenerHasHeardOfTheWholeList() throws Exception {
    try (InMemoryResourceStore store = new InMemoryResourceStore()) {
      for (String name : List.of("a", "b", "c")) {
        create(store, name);
      }
      List<Boolean> syncedWhenTold = new CopyOnWriteArrayList<>();
      CountDownLatch told = new CountDownLatch(4);
      AtomicReference<Mirror> self = new AtomicReference<>();
      try (Mirror mirror =
          new Mirror(
              store,
              new WallTimers(),
              ResourceType.PODS,
              FieldSelector.EVERYTHING,
              (key, document) -> {
                syncedWhenTold.add(self.get().isSynced());
                told.countDown();
              })) {
        self.set(mirror);
        assertFalse(mirror.isSynced());
        mirror.start();
        Awaitility.await().until(mirror::isSynced);
        create(store, "later");
        assertTrue(told.await(30, TimeUnit.SECONDS));
        assertEquals(List.of(false, false, false, true), syncedWhenTold);
      }
    }
  }

  private static void create(InMemoryResourceStore store, String name) {
    String text = "{\"metadata\":{\"name\":\"" + name + "\",\"namespace\":\"default\"}}";
    store.commit(
        new Write.Create(
            new ObjectKey(ResourceType.PODS, "default", name),
            Json.storable(Json.parse(text.getBytes(StandardCharsets.UTF_8)))));
  }
}

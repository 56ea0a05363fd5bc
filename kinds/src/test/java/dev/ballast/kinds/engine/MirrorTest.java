package dev.ballast.kinds.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MirrorTest {

  private final InMemoryResourceStore store = new InMemoryResourceStore();
  private final Mirror mirror = new Mirror(store, ResourceType.SERVICE_ACCOUNTS);

  private static ObjectKey key(int i) {
    return new ObjectKey(ResourceType.SERVICE_ACCOUNTS, i % 2 == 0 ? "even" : "odd", "n" + i);
  }

  private void change(Random random) {
    ObjectKey key = key(random.nextInt(6));
    byte[] json =
        Json.storable(
            Cluster.json(
                "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'%s'},'n':%d}"
                    .formatted(key.name(), random.nextInt())));
    var stored = store.get(key);
    Write write =
        stored.isEmpty()
            ? new Write.Create(key, json)
            : random.nextBoolean()
                ? new Write.Delete(key, 0, DeleteOptions.DEFAULTS)
                : new Write.Replace(key, stored.get().revision(), "", json);
    assertEquals(CommitResult.Committed.class, store.commit(write).getClass());
  }

  private void showsWhatTheStoreShows() {
    for (int i = 0; i < 6; i++) {
      assertEquals(store.get(key(i)), mirror.get(key(i)));
    }
    for (String namespace : new String[] {"", "even", "odd"}) {
      ListQuery query = ListQuery.in(ResourceType.SERVICE_ACCOUNTS, namespace);
      assertEquals(((ListResult.Page) store.list(query)).documents(), mirror.list(namespace));
    }
  }

  @Test
  void showsWhatTheStoreShowsAfterEveryCommit() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      change(random);
      showsWhatTheStoreShows();
    }
  }

  @Test
  void recoversWhenItsPlaceIsCompactedAway() {
    Random random = new Random(8);
    showsWhatTheStoreShows();
    for (int round = 0; round < 50; round++) {
      change(random);
    }
    store.compact(store.revision());
    showsWhatTheStoreShows();
  }

  @Test
  void isAsUnavailableAsTheStore() {
    showsWhatTheStoreShows();
    store.close();
    assertThrows(StoreUnavailableException.class, () -> mirror.get(key(1)));
    assertThrows(StoreUnavailableException.class, () -> mirror.list(""));
  }
}

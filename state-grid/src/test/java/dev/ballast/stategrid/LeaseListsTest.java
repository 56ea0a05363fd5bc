package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.testkit.time.WallTimers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of leases is in no log: a list that goes on after it has gone must say so. */
class LeaseListsTest {

  private static final ListQuery PAGES =
      ListQuery.in(ResourceType.LEASES, "kube-node-lease").withPage(1, "");

  @TempDir Path directory;

  @Test
  void aListGoesOnWhileItsHistoryIsThere() {
    try (StateGrid grid = open()) {
      ResourceStore store = grid.store();
      create(store, "a");
      long b = create(store, "b");
      ListResult.Page first = assertInstanceOf(ListResult.Page.class, store.list(PAGES));
      renew(store, "b", b, 2000);
      ListResult.Page second =
          assertInstanceOf(
              ListResult.Page.class, store.list(PAGES.withPage(1, first.continueToken())));
      assertEquals(b, second.documents().getFirst().revision());
    }
  }

  @Test
  void aListThatGoesOnTooLateIsRefused() {
    try (StateGrid grid = open()) {
      ResourceStore store = grid.store();
      create(store, "a");
      long b = create(store, "b");
      ListResult.Page first = assertInstanceOf(ListResult.Page.class, store.list(PAGES));
      renew(store, "b", b, 20_000);
      assertInstanceOf(
          ListResult.Expired.class, store.list(PAGES.withPage(1, first.continueToken())));
      assertEquals(1, assertInstanceOf(ListResult.Page.class, store.list(PAGES)).remaining());
    }
  }

  private StateGrid open() {
    return StateGrid.open(Settings.in(directory), new WallTimers(), Telemetry.NONE);
  }

  private static long create(ResourceStore store, String name) {
    return committed(store, new Write.Create(key(name), lease(name)));
  }

  private static void renew(ResourceStore store, String name, long revision, int times) {
    long last = revision;
    for (int i = 0; i < times; i++) {
      last = committed(store, new Write.Replace(key(name), last, "", lease(name)));
    }
  }

  private static long committed(ResourceStore store, Write write) {
    return assertInstanceOf(CommitResult.Committed.class, store.commit(write)).revision();
  }

  private static ObjectKey key(String name) {
    return new ObjectKey(ResourceType.LEASES, "kube-node-lease", name);
  }

  private static byte[] lease(String name) {
    var lease = Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease.putObject("metadata").put("name", name);
    return Json.storable(lease);
  }
}

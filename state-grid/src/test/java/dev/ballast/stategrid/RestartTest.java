package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.LabelSelectorParser;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.testkit.time.WallTimers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restart finds. Every case writes, closes, opens and looks. */
class RestartTest {

  @TempDir Path directory;
  private StateGrid grid;
  private ResourceStore store;

  @BeforeEach
  void open() {
    grid = StateGrid.open(Settings.in(directory), new WallTimers(), Telemetry.NONE);
    store = grid.store();
  }

  @AfterEach
  void close() {
    grid.close();
  }

  private void restart() {
    close();
    open();
  }

  @Test
  void objectsAndRevisionsAreBack() {
    Document kept = write(new Write.Create(key("kept"), json("kept", "1")));
    Document changed =
        write(new Write.Replace(key("kept"), kept.revision(), "", json("kept", "2")));
    write(new Write.Create(key("gone"), json("gone", "1")));
    write(new Write.Delete(key("gone"), 0, DeleteOptions.DEFAULTS));
    long revision = store.revision();
    restart();
    assertEquals(revision, store.revision());
    assertEquals(Optional.of(changed), store.get(key("kept")));
    assertEquals(Optional.empty(), store.get(key("gone")));
    assertEquals(List.of(changed), page().documents());
    assertInstanceOf(
        CommitResult.AlreadyExists.class,
        store.commit(new Write.Create(key("kept"), json("kept", "3"))));
    assertTrue(write(new Write.Create(key("new"), json("new", "1"))).revision() > revision);
  }

  @Test
  void labelsAndUidsAreBack() {
    write(new Write.Create(key("a"), json("a", "1")));
    restart();
    assertEquals(
        1,
        ((ListResult.Page)
                store.list(
                    ListQuery.all(ResourceType.CONFIG_MAPS)
                        .withLabels(LabelSelectorParser.parse("name=a"))))
            .documents()
            .size());
    assertInstanceOf(
        CommitResult.Conflict.class,
        store.commit(new Write.Delete(key("a"), 0, DeleteOptions.ofUid("another"))));
    write(new Write.Delete(key("a"), 0, DeleteOptions.ofUid("uid-a")));
  }

  @Test
  void aWatchGoesOnFromTheLog() {
    long start = store.revision();
    Document first = write(new Write.Create(key("a"), json("a", "1")));
    Document second = write(new Write.Replace(key("a"), first.revision(), "", json("a", "2")));
    Document last = write(new Write.Delete(key("a"), 0, DeleteOptions.DEFAULTS));
    restart();
    try (Watch watch = store.watch(new WatchQuery(ResourceType.CONFIG_MAPS, "", start), () -> {})) {
      Watch.Poll.Events one = assertInstanceOf(Watch.Poll.Events.class, watch.poll(1));
      assertTrue(one.more());
      assertEquals(
          List.of(new Watch.Event(Watch.Change.ADDED, first, Optional.empty())), one.events());
      Watch.Poll.Events rest = assertInstanceOf(Watch.Poll.Events.class, watch.poll(10));
      assertEquals(
          List.of(
              new Watch.Event(Watch.Change.MODIFIED, second, Optional.of(first)),
              new Watch.Event(Watch.Change.DELETED, last, Optional.of(second))),
          rest.events());
    }
  }

  @Test
  void theHorizonAndWhatCompactionLeftAreBack() {
    long start = store.revision();
    Document first = write(new Write.Create(key("a"), json("a", "1")));
    Document second = write(new Write.Replace(key("a"), first.revision(), "", json("a", "2")));
    write(new Write.Create(key("gone"), json("gone", "1")));
    write(new Write.Delete(key("gone"), 0, DeleteOptions.DEFAULTS));
    grid.compact(store.revision());
    restart();
    assertEquals(List.of(second), page().documents());
    try (Watch watch = store.watch(new WatchQuery(ResourceType.CONFIG_MAPS, "", start), () -> {})) {
      assertInstanceOf(Watch.Poll.Expired.class, watch.poll(10));
    }
  }

  @Test
  void nodeLeasesAreForgottenButTheirRevisionsAreNotReused() {
    ObjectKey lease = new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n");
    Document beat = write(new Write.Create(lease, json("n", "1")));
    for (int i = 0; i < 5; i++) {
      beat = write(new Write.Replace(lease, beat.revision(), "", json("n", "1")));
    }
    restart();
    assertEquals(Optional.empty(), store.get(lease));
    Document next = write(new Write.Create(key("a"), json("a", "1")));
    assertTrue(next.revision() > beat.revision(), next + " after " + beat);
  }

  @Test
  void otherLeasesStay() {
    ObjectKey lease = new ObjectKey(ResourceType.LEASES, "kube-system", "leader");
    Document written = write(new Write.Create(lease, json("leader", "1")));
    restart();
    assertEquals(Optional.of(written), store.get(lease));
  }

  @Test
  void aWatchOfNodeLeasesFromBeforeMustListAnew() {
    long start = store.revision();
    write(
        new Write.Create(
            new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n"), json("n", "1")));
    restart();
    try (Watch watch =
        store.watch(new WatchQuery(ResourceType.LEASES, "kube-node-lease", start), () -> {})) {
      assertInstanceOf(Watch.Poll.Expired.class, watch.poll(10));
    }
  }

  @Test
  void aDirectoryBelongsToOneProcess() {
    DirectoryInUseException refused =
        assertThrows(
            DirectoryInUseException.class,
            () -> StateGrid.open(Settings.in(directory), new WallTimers(), Telemetry.NONE));
    assertTrue(refused.getMessage().contains("--data"), refused.getMessage());
    assertTrue(
        refused.getMessage().contains(Long.toString(ProcessHandle.current().pid())),
        refused.getMessage());
  }

  private Document write(Write write) {
    return assertInstanceOf(CommitResult.Committed.class, store.commit(write))
        .documents()
        .getFirst();
  }

  private ListResult.Page page() {
    return assertInstanceOf(
        ListResult.Page.class, store.list(ListQuery.all(ResourceType.CONFIG_MAPS)));
  }

  private static ObjectKey key(String name) {
    return new ObjectKey(ResourceType.CONFIG_MAPS, "default", name);
  }

  private static byte[] json(String name, String value) {
    var document = Json.object();
    document.put("apiVersion", "v1").put("kind", "ConfigMap");
    var metadata = document.putObject("metadata").put("name", name).put("uid", "uid-" + name);
    metadata.putObject("labels").put("name", name);
    document.putObject("data").put("value", value);
    return Json.storable(document);
  }
}

package dev.ballast.stategrid.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.stategrid.documents.DocumentGrid;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.lists.Lister;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogReader;
import dev.ballast.stategrid.watch.Recents;
import dev.ballast.stategrid.watch.Watches;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What readers and watches see when another member's image comes in the place of this one's: what
 * is shown next does not follow what was shown last.
 */
class OtherImageTest {

  /** The image: what was put into it, whether anybody was told or not. */
  private static final class Rows implements LogReader {
    private final TreeMap<Long, CommitLog.Row> rows = new TreeMap<>();

    @Override
    public Optional<byte[]> document(long position) {
      return Optional.ofNullable(rows.get(position)).map(CommitLog.Row::json);
    }

    @Override
    public void scan(ResourceType type, long after, long upTo, Predicate<Entry> wanted) {
      for (CommitLog.Row row : rows.subMap(after, false, upTo, true).values()) {
        if (!wanted.test(row.entry())) {
          return;
        }
      }
    }

    @Override
    public long sizeBytes() {
      return 0;
    }
  }

  private static final class Nothing implements DocumentGrid {
    @Override
    public Optional<byte[]> get(ObjectKey key) {
      return Optional.empty();
    }

    @Override
    public Map<ObjectKey, byte[]> getAll(Collection<ObjectKey> keys) {
      return Map.of();
    }

    @Override
    public void put(Map<ObjectKey, byte[]> documents) {}

    @Override
    public void offer(Map<ObjectKey, byte[]> documents) {}

    @Override
    public void remove(Collection<ObjectKey> keys) {}

    @Override
    public void close() {}
  }

  private final Rows image = new Rows();
  private final Progress progress = new Progress(1, 0);
  private final Recents recents = new Recents(1);
  private final VersionIndex index = new VersionIndex();
  private final DocumentReader reader = new DocumentReader(new Nothing(), image, recents, index);
  private final Watches watches = new Watches(progress, image, reader, recents);
  private final Publisher publisher =
      new Publisher(index, new Nothing(), reader, recents, watches, progress);
  private final Lister lister = new Lister(index, reader, recents, progress);

  /** A new object for each revision, in namespaces by turns. */
  private CommitLog.Row row(long revision) {
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, "n" + revision % 2, "x" + revision);
    Entry entry =
        new Entry(Position.of(revision, 0), key, Watch.Change.ADDED, 0, new Head("", "", Map.of()));
    byte[] json = Json.stamp(Json.storable(Json.object().put("kind", "ConfigMap")), revision);
    CommitLog.Row row = new CommitLog.Row(entry, json);
    image.rows.put(entry.position(), row);
    return row;
  }

  private void show(long revision) {
    publisher.prepare(List.of(row(revision))).run();
  }

  /** Another image: all up to a revision. */
  private void replace(long upTo, long horizon, Runnable meanwhile) {
    LongStream.rangeClosed(progress.revision() + 1, upTo).forEach(this::row);
    publisher.replace(
        entries -> {
          image.rows.values().forEach(row -> entries.accept(row.entry()));
          meanwhile.run();
        },
        upTo,
        horizon);
  }

  private Watch watch(String namespace, long after) {
    return watches.open(new WatchQuery(ResourceType.CONFIG_MAPS, namespace, after), () -> {});
  }

  private static List<Long> read(Watch watch) {
    List<Long> revisions = new ArrayList<>();
    Watch.Poll.Events events;
    do {
      events = assertInstanceOf(Watch.Poll.Events.class, watch.poll(2));
      events.events().forEach(event -> revisions.add(event.document().revision()));
    } while (events.more());
    return revisions;
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void whatCameBetweenIsFetchedAndDeliveredFirst() {
    try (Watch all = watch("", 1);
        Watch one = watch("n1", 1);
        Watch slow = watch("", 1)) {
      LongStream.rangeClosed(2, 5).forEach(this::show);
      assertEquals(range(2, 5), read(all));
      assertEquals(List.of(3L, 5L), read(one));
      replace(20, 0, () -> {});
      show(21);
      assertEquals(range(6, 21), read(all));
      assertEquals(List.of(7L, 9L, 11L, 13L, 15L, 17L, 19L, 21L), read(one));
      assertEquals(range(2, 21), read(slow));
      show(22);
      assertEquals(List.of(22L), read(all));
      assertEquals(List.of(), read(one));
    }
  }

  @Test
  void whatIsNotInItIsGoneAndSaidToBe() {
    try (Watch all = watch("", 1);
        Watch quiet = watch("other", 1)) {
      LongStream.rangeClosed(2, 5).forEach(this::show);
      assertEquals(range(2, 5), read(all));
      assertEquals(List.of(), read(quiet));
      replace(20, 12, () -> {});
      assertInstanceOf(Watch.Poll.Expired.class, all.poll(10));
      assertInstanceOf(Watch.Poll.Expired.class, quiet.poll(10), "something may have happened");
      try (Watch later = watch("", 12)) {
        assertEquals(range(13, 20), read(later));
      }
    }
  }

  /** That takes seconds for a large one, and nobody is told anything that is not so. */
  @Test
  void untilItIsReadTheOldOneIsShown() {
    LongStream.rangeClosed(2, 5).forEach(this::show);
    try (Watch all = watch("", 5)) {
      replace(
          20,
          12,
          () -> {
            assertEquals(new Watch.Poll.Events(List.of(), 5, false), all.poll(10));
            ListResult.Page page = page();
            assertEquals(5, page.revision());
            assertEquals(4, page.documents().size());
          });
      assertInstanceOf(Watch.Poll.Expired.class, all.poll(10));
      assertEquals(20, page().revision());
      assertTrue(page().documents().size() > 4);
    }
  }

  private ListResult.Page page() {
    return assertInstanceOf(
        ListResult.Page.class, lister.list(ListQuery.all(ResourceType.CONFIG_MAPS)));
  }
}

package dev.ballast.stategrid.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogReader;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.watch.Recents;
import dev.ballast.stategrid.watch.Watches;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** An object is removed while somebody reads it from the log to put it into the grid. */
class RemovedMeanwhileTest {

  private static final ObjectKey KEY = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "x");
  private static final long AT = Position.of(2, 0);
  private static final byte[] JSON =
      Json.stamp(Json.storable(Json.object().put("kind", "ConfigMap")), 2);

  private final Map<ObjectKey, byte[]> kept = new HashMap<>();
  private Runnable whileRead = () -> {};
  private Runnable whileRemoved = () -> {};

  /** Runs what was planted, once. */
  private final class Log implements LogReader {
    @Override
    public Optional<byte[]> document(long position) {
      Runnable planted = whileRead;
      whileRead = () -> {};
      planted.run();
      return Optional.of(JSON);
    }

    @Override
    public void scan(ResourceType type, long after, long upTo, Predicate<Entry> wanted) {}

    @Override
    public long sizeBytes() {
      return 0;
    }
  }

  private final class Grid implements DocumentGrid {
    @Override
    public Optional<byte[]> get(ObjectKey key) {
      return Optional.ofNullable(kept.get(key));
    }

    @Override
    public Map<ObjectKey, byte[]> getAll(Collection<ObjectKey> keys) {
      return Map.of();
    }

    @Override
    public void put(Map<ObjectKey, byte[]> documents) {
      kept.putAll(documents);
    }

    @Override
    public void offer(Map<ObjectKey, byte[]> documents) {
      kept.putAll(documents);
    }

    @Override
    public void remove(Collection<ObjectKey> keys) {
      keys.forEach(kept::remove);
      Runnable planted = whileRemoved;
      whileRemoved = () -> {};
      planted.run();
    }

    @Override
    public void close() {}
  }

  private final Grid grid = new Grid();
  private final Log log = new Log();
  private final VersionIndex index = new VersionIndex();
  private final Recents recents = new Recents(1);
  private final Progress progress = new Progress(2, 0);
  private final DocumentReader reader = new DocumentReader(grid, log, recents, index);
  private final Publisher publisher =
      new Publisher(
          index, grid, reader, recents, new Watches(progress, log, reader, recents), progress);

  RemovedMeanwhileTest() {
    index.apply(new Entry(AT, KEY, Change.ADDED, 0, Head.EMPTY));
  }

  private void remove() {
    Entry removal = new Entry(Position.of(3, 0), KEY, Change.DELETED, AT, Head.EMPTY);
    publisher.prepare(List.of(new CommitLog.Row(removal, null))).run();
    assertTrue(index.newest(KEY).isEmpty());
  }

  @Test
  void whatIsReadStaysInTheGridAsLongAsItIsThere() {
    assertTrue(reader.newest(KEY, AT).isPresent());
    assertTrue(kept.containsKey(KEY));
    remove();
    assertEquals(Map.of(), kept);
  }

  @Test
  void whoReadsOneLeavesNothing() {
    whileRead = this::remove;
    assertTrue(reader.newest(KEY, AT).isPresent());
    assertEquals(Map.of(), kept);
  }

  @Test
  void whoReadsManyLeavesNothing() {
    whileRead = this::remove;
    assertEquals(1, reader.all(new LinkedHashMap<>(Map.of(KEY, AT))).size());
    assertEquals(Map.of(), kept);
  }

  /** The grid has let it go, and whoever removes it has more to do. */
  @Test
  void whoReadsInTheMidstOfTheRemovalLeavesNothing() {
    whileRemoved = () -> reader.newest(KEY, AT);
    remove();
    assertEquals(Map.of(), kept);
  }
}

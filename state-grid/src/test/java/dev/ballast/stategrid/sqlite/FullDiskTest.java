package dev.ballast.stategrid.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite itself runs out of room. */
class FullDiskTest {

  private static final int PAGES = 60;

  /** Removing what is older empties whole pages. */
  private static final long OLD = 40;

  @TempDir Path directory;

  @Test
  void aFullDiskLeavesNothingOfTheBatchAndCompactionMakesRoom() {
    Path file = directory.resolve("state.db");
    long written = 0;
    try (SqliteLog log = SqliteLog.at(file, PAGES)) {
      long epoch = log.open(entry -> {}).epoch();
      LogException full = null;
      for (long revision = 2; full == null; revision++) {
        try {
          log.append(batch(epoch, revision), () -> {});
          written = revision;
        } catch (LogException e) {
          full = e;
        }
      }
      assertTrue(full.nothingWritten(), full.toString());
      assertTrue(full.getMessage().contains("full"), full.getMessage());
      log.recover();
      assertThrows(LogException.class, () -> log.append(batch(epoch, 1000), () -> {}));
      log.recover();
      log.compact(written, LongStream.range(2, OLD).mapToObj(old -> Position.of(old, 0)).toList());
      log.append(batch(epoch, written + 1), () -> {});
    }
    try (SqliteLog log = SqliteLog.at(file)) {
      List<Long> revisions = new ArrayList<>();
      CommitLog.Start start = log.open(entry -> revisions.add(entry.revision()));
      assertEquals(written + 1, start.revision());
      assertEquals(OLD, revisions.getFirst());
      assertEquals(written + 1, revisions.getLast());
      assertEquals(written + 1 - OLD + 1, revisions.size());
    }
  }

  @Test
  void anotherEpochIsRefused() {
    try (SqliteLog log = SqliteLog.at(directory.resolve("state.db"))) {
      long epoch = log.open(entry -> {}).epoch();
      LogException refused =
          assertThrows(LogException.class, () -> log.append(batch(epoch - 1, 2), () -> {}));
      assertTrue(refused.getMessage().contains("epoch"), refused.getMessage());
      log.append(batch(epoch, 2), () -> {});
    }
  }

  private static CommitLog.Batch batch(long epoch, long revision) {
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "n" + revision);
    Entry entry = new Entry(Position.of(revision, 0), key, Change.ADDED, 0, Head.EMPTY);
    return new CommitLog.Batch(epoch, 0, 0, List.of(new CommitLog.Row(entry, new byte[3000])));
  }
}

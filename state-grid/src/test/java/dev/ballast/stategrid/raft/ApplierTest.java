package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.sqlite.Image;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is void is shown to nobody; what is deleted goes in order. */
class ApplierTest {

  private static final byte[] JSON = "{}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  private static CommitLog.Row row(long revision) {
    return new CommitLog.Row(entry(revision, Change.ADDED, 0), JSON);
  }

  private static Entry entry(long revision, Change change, long previous) {
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "a");
    Head head = new Head("uid", "", Map.of());
    return new Entry(Position.of(revision, 0), key, change, previous, head);
  }

  private static byte[] rows(long epoch, long tip, long reserved, CommitLog.Row... rows) {
    return new LogEntry.Rows(1, new CommitLog.Batch(epoch, tip, reserved, List.of(rows))).encode();
  }

  @Test
  void whatWasSequencedInAnotherTermIsVoid() {
    try (Image image = Image.at(directory.resolve("state.db"))) {
      image.settle(0, 0);
      Applier applier = new Applier(image, null, Runnable::run, Telemetry.NONE);
      Image.Stored before = image.stored();
      String why = "sequenced in epoch 7 and logged in 8";
      assertEquals(why, applier.apply(8, 5, rows(7, before.tip(), 0, row(before.tip() + 1))));
      assertEquals(why, applier.apply(8, 6, rows(7, before.tip(), before.tip() + 1000)));
      assertEquals(why, applier.apply(8, 7, new LogEntry.Horizon(7, before.tip()).encode()));
      assertEquals(why, applier.apply(8, 8, new LogEntry.Fence(7).encode()));
      assertEquals(
          "sequenced in epoch 9 and logged in 8",
          applier.apply(8, 9, rows(9, before.tip(), 0, row(before.tip() + 1))));
      assertEquals(before, image.stored());
      assertEquals(before.tip(), applier.tip());
      assertEquals(before.index(), applier.index());

      assertEquals(Applier.APPLIED, applier.apply(8, 10, rows(8, before.tip(), 1000)));
      assertEquals(10, applier.index());
      assertEquals(
          Applier.APPLIED,
          applier.apply(8, 10, rows(7, before.tip(), 0, row(before.tip() + 1))),
          "what the image holds is skipped, whatever it says");
    }
  }

  @Test
  void whatWasJudgedAgainstAnotherStateIsVoid() {
    try (Image image = Image.at(directory.resolve("state.db"))) {
      image.settle(0, 0);
      Applier applier = new Applier(image, null, Runnable::run, Telemetry.NONE);
      long tip = applier.tip();
      assertEquals(
          "judged against revision %d, and the log is at %d".formatted(tip + 3, tip),
          applier.apply(8, 5, rows(8, tip + 3, 0, row(tip + 4))));
      assertEquals(tip, applier.tip());
    }
  }

  /** A leader that cannot apply answers nobody: it must not be followed for ever. */
  @Test
  void anImageThatTakesNoWritesIsTold() {
    Image image = Image.at(directory.resolve("state.db"));
    image.settle(0, 0);
    Applier applier = new Applier(image, null, Runnable::run, Telemetry.NONE);
    List<String> told = new ArrayList<>();
    applier.onFailing(
        failure -> {
          told.add(failure.getMessage());
          applier.stop();
        });
    image.close();
    byte[] entry = rows(8, applier.tip(), applier.tip() + 1000);
    assertThrows(IllegalStateException.class, () -> applier.apply(8, 5, entry));
    assertEquals(1, told.size());
  }

  /**
   * Or the removed object would be there again after a restart, and where the image is taken to.
   */
  @Test
  void noMarkOfARemovalGoesBeforeWhatWasRemoved() throws SQLException {
    Path file = directory.resolve("state.db");
    try (Image image = Image.at(file);
        Connection disk = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = disk.createStatement()) {
      image.settle(0, 0);
      VersionIndex index = new VersionIndex();
      Progress progress = new Progress(image.stored().revision(), 0);
      Publisher publisher = new Publisher(index, null, null, null, null, progress);
      Applier applier = new Applier(image, publisher, Runnable::run, Telemetry.NONE);
      long first = applier.tip() + 1;
      Change[] changes = {Change.ADDED, Change.MODIFIED, Change.DELETED};
      for (int i = 0; i < changes.length; i++) {
        long revision = first + i;
        Entry entry = entry(revision, changes[i], i == 0 ? 0 : revision - 1);
        applier.expect(
            8,
            1,
            () -> {
              index.apply(entry);
              progress.publish(revision);
            });
        CommitLog.Row row = new CommitLog.Row(entry, entry.removes() ? new byte[0] : JSON);
        assertEquals(Applier.APPLIED, applier.apply(8, 10 + 2 * i, rows(8, revision - 1, 0, row)));
        if (changes[i] == Change.MODIFIED) {
          statement.execute(
              "CREATE TRIGGER full BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'full'); END");
        }
        applier.apply(8, 11 + 2 * i, new LogEntry.Horizon(8, revision).encode());
        if (changes[i] == Change.MODIFIED) {
          statement.execute("DROP TRIGGER full");
        }
      }
    }
    List<Entry> left = new ArrayList<>();
    try (Image again = Image.at(file)) {
      again.entries(left::add);
    }
    assertEquals(List.of(), left);
  }
}

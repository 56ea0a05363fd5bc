package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import dev.ballast.stategrid.watch.Recents;
import dev.ballast.stategrid.watch.Watches;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
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

  /** The other image has rows that were deleted here already, and the marks of their removal. */
  @Test
  void aSweepDoesNotGoOnInAnotherMembersImage() {
    Path file = directory.resolve("state.db");
    Path copy = directory.resolve("copy.db");
    try (Image image = Image.at(file);
        Image other = Image.at(directory.resolve("other.db"))) {
      image.settle(0, 0);
      other.settle(0, 0);
      long first = image.stored().tip() + 1;
      long last = first + 601;
      List<CommitLog.Row> history = new ArrayList<>();
      history.add(row("x", first, Change.ADDED, 0));
      for (long revision = first + 1; revision < last; revision += 2) {
        history.add(row("y" + revision, revision, Change.ADDED, 0));
        history.add(row("y" + revision, revision + 1, Change.DELETED, revision));
      }
      history.add(row("x", last, Change.DELETED, first));
      history.forEach(row -> other.apply(8, 9 + row.entry().revision(), batch(row)));
      other.applyHorizon(8, last + 10, last);
      other.apply(8, last + 11, batch(row("z", last + 1, Change.ADDED, 0)));

      Progress progress = new Progress(image.stored().revision(), 0);
      VersionIndex index = new VersionIndex();
      Recents recents = new Recents(progress.revision());
      Watches watches = new Watches(progress, image, null, recents);
      Publisher publisher = new Publisher(index, null, null, recents, watches, progress);
      AtomicReference<Applier> sweeping = new AtomicReference<>();
      Telemetry betweenChunks =
          new Hearing("ballast_store_compacted_rows_total", () -> takeOver(copy, sweeping.get()));
      Applier applier = new Applier(image, publisher, Runnable::run, betweenChunks);
      sweeping.set(applier);
      for (CommitLog.Row row : history) {
        long revision = row.entry().revision();
        applier.expect(
            8,
            1,
            () -> {
              index.apply(row.entry());
              progress.publish(revision);
            });
        byte[] entry = new LogEntry.Rows(1, batch(row)).encode();
        assertEquals(Applier.APPLIED, applier.apply(8, 9 + revision, entry));
      }
      other.copyTo(copy);
      applier.apply(8, last + 10, new LogEntry.Horizon(8, last).encode());
      assertFalse(Files.exists(copy), "it was taken over in the midst");
    }
    VersionIndex again = new VersionIndex();
    try (Image image = Image.at(file)) {
      image.entries(again::apply);
    }
    assertEquals(1, again.size(), "z, and nothing that was removed");
  }

  private static void takeOver(Path copy, Applier applier) {
    if (Files.exists(copy)) {
      applier.replace(copy);
    }
  }

  private static CommitLog.Batch batch(CommitLog.Row row) {
    return new CommitLog.Batch(8, row.entry().revision() - 1, 0, List.of(row));
  }

  private static CommitLog.Row row(String name, long revision, Change change, long previous) {
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, "default", name);
    long before = previous == 0 ? 0 : Position.of(previous, 0);
    Head head = new Head("uid", "", Map.of());
    Entry entry = new Entry(Position.of(revision, 0), key, change, before, head);
    return new CommitLog.Row(entry, entry.removes() ? new byte[0] : JSON);
  }

  /** Runs something whenever one counter counts. */
  private record Hearing(String name, Runnable told) implements Telemetry {
    @Override
    public void count(String counter, double amount, String... tags) {
      if (counter.equals(name)) {
        told.run();
      }
    }

    @Override
    public void time(String name, Duration duration, String... tags) {}

    @Override
    public void observe(String name, double value, String... tags) {}

    @Override
    public Registered gauge(String name, DoubleSupplier value, String... tags) {
      return () -> {};
    }
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

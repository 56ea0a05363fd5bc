package dev.ballast.stategrid.sqlite;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The log of a single member: its image with synchronous=FULL, so a transaction that returned is on
 * the disk. Writing calls come from the sequencer's thread.
 */
public final class SqliteLog implements CommitLog {

  private final Image image;
  private long epoch;
  private volatile long tip;

  public SqliteLog(Image image) {
    this.image = image;
  }

  /**
   * Opens or makes the file.
   *
   * @throws LogException with a message for a person when it cannot be opened or is not ours
   */
  public static SqliteLog at(Path file) {
    return new SqliteLog(Image.at(file));
  }

  /** With at most so many pages, for tests of full disks; 0 for no such limit. */
  static SqliteLog at(Path file, int maximumPages) {
    return new SqliteLog(Image.at(file, maximumPages));
  }

  @Override
  public Start open(Consumer<Entry> entries) {
    epoch = image.beginEpoch();
    image.entries(entries);
    Image.Stored stored = image.stored();
    tip = stored.tip();
    return new Start(epoch, stored.revision(), stored.horizon());
  }

  @Override
  public long tip() {
    return tip;
  }

  @Override
  public void append(Batch batch, Runnable publish) {
    if (batch.epoch() != epoch) {
      throw new LogException(
          "the batch is of epoch " + batch.epoch() + ", the log in " + epoch, true, null);
    }
    image.append(batch);
    if (!batch.rows().isEmpty()) {
      tip = batch.rows().getLast().entry().revision();
    }
    publish.run();
  }

  /** The directory's lock keeps every other writer out for as long as this process lives. */
  @Override
  public void confirm(long epoch) {}

  @Override
  public void compact(long horizon, List<Long> positions) {
    image.compact(horizon, positions);
  }

  /**
   * A commit that failed while syncing has left frames behind the end of the WAL. The next
   * transaction overwrites them, so one that succeeds makes certain that they are gone.
   */
  @Override
  public void recover() {
    image.probe();
  }

  @Override
  public Optional<byte[]> document(long position) {
    return image.document(position);
  }

  @Override
  public void scan(ResourceType type, long after, long upTo, Predicate<Entry> wanted) {
    image.scan(type, after, upTo, wanted);
  }

  @Override
  public long sizeBytes() {
    return image.sizeBytes();
  }

  @Override
  public void close() {
    image.close();
  }
}

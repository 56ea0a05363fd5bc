package dev.ballast.stategrid.log;

import dev.ballast.stategrid.entry.Entry;
import java.util.List;
import java.util.function.Consumer;

/**
 * The durable truth: an ordered log of commits and the image that follows from it. An append
 * returns when the batch survives the death of this process and of the machine.
 *
 * <p>Adapters: SQLite for one member; a replicated log for several, whose members apply what the
 * majority holds to an image of the same form. Writing calls come from the sequencer's thread only;
 * reading ones from any.
 */
public interface CommitLog extends LogReader, AutoCloseable {

  /** What a restart begins from. */
  record Start(long epoch, long revision, long horizon) {}

  /** An entry with the bytes of its document in stored form; null for a removal. */
  record Row(Entry entry, byte[] json) {}

  /**
   * What becomes durable at once.
   *
   * @param epoch must be the log's present one: a deposed sequencer's batch is refused
   * @param tip the {@link CommitLog#tip} that the batch was judged against: a log that has moved on
   *     refuses it
   * @param reservedRevision revisions up to here will not be given out again after a restart; 0 to
   *     leave it as it is
   */
  record Batch(long epoch, long tip, long reservedRevision, List<Row> rows) {
    public Batch {
      rows = List.copyOf(rows);
    }
  }

  /**
   * Begins a new epoch and hands over every kept entry in log order. The start's revision is the
   * newest that was ever given out or reserved.
   *
   * @throws LogException when the log cannot be read
   */
  Start open(Consumer<Entry> entries);

  /** The newest revision that is in the log, as far as it is known here. */
  long tip();

  /**
   * Makes the batch durable, whole or not at all.
   *
   * @param publish runs once the batch is durable and before anything that follows it, on any
   *     thread; when the append throws with an unknown outcome it may still run later
   * @throws LogException after which nothing may be appended before {@link #recover} returns
   */
  void append(Batch batch, Runnable publish);

  /**
   * Returns when it is certain that, after this was called, no newer epoch had begun. For what is
   * published without being logged.
   *
   * @throws LogException when that is not so, or cannot be found out
   */
  void confirm(long epoch);

  /**
   * After a failed append: returns when the log takes writes again and the failed batch is certain
   * to be either published or out for good.
   *
   * @throws LogException when it still does not
   */
  void recover();

  /**
   * Records that history up to {@code horizon} may be gone, and removes the rows at these
   * positions. Repeating it is harmless.
   *
   * @throws LogException as {@link #append}
   */
  void compact(long horizon, List<Long> positions);

  @Override
  void close();
}

package dev.ballast.stategrid.log;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.stategrid.entry.Entry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The durable truth: an ordered log of commits and the image that follows from it. An append
 * returns when the batch survives the death of this process and of the machine.
 *
 * <p>Adapters: SQLite for one member; a replicated log for several, whose members apply what the
 * majority holds to an image of the same form. Writing calls come from the sequencer's thread only;
 * reading ones from any.
 */
public interface CommitLog extends AutoCloseable {

  /** What a restart begins from. */
  record Start(long epoch, long revision, long horizon) {}

  /** An entry with the bytes of its document in stored form; null for a removal. */
  record Row(Entry entry, byte[] json) {}

  /**
   * What becomes durable at once.
   *
   * @param epoch must be the log's present one: a deposed sequencer's batch is refused
   * @param reservedRevision revisions up to here will not be given out again after a restart; 0 to
   *     leave it as it is
   */
  record Batch(long epoch, long reservedRevision, List<Row> rows) {
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

  /**
   * Makes the batch durable, whole or not at all.
   *
   * @throws LogException after which nothing may be appended before {@link #recover} returns
   */
  void append(Batch batch);

  /**
   * After a failed append: returns when the log takes writes again and the failed batch is certain
   * to be in it no longer.
   *
   * @throws LogException when it still does not
   */
  void recover();

  /**
   * The document written at a position; empty for a removal, and when compacted away.
   *
   * @throws dev.ballast.core.store.StoreUnavailableException when it cannot be read
   */
  Optional<byte[]> document(long position);

  /**
   * Shows the entries of one type with {@code after < position <= upTo} in order, until {@code
   * wanted} says false.
   *
   * @throws dev.ballast.core.store.StoreUnavailableException when they cannot be read
   */
  void scan(ResourceType type, long after, long upTo, Predicate<Entry> wanted);

  /**
   * Records that history up to {@code horizon} may be gone, and removes the rows at these
   * positions. Repeating it is harmless.
   *
   * @throws LogException as {@link #append}
   */
  void compact(long horizon, List<Long> positions);

  /** Bytes on disk. */
  long sizeBytes();

  @Override
  void close();
}

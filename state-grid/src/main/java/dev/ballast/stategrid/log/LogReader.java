package dev.ballast.stategrid.log;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.stategrid.entry.Entry;
import java.util.Optional;
import java.util.function.Predicate;

/** The reading half of the log: history that memory no longer holds. Thread-safe. */
public interface LogReader {

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

  /** Bytes on disk. */
  long sizeBytes();
}

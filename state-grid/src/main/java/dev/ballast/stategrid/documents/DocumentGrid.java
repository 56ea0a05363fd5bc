package dev.ballast.stategrid.documents;

import dev.ballast.core.resource.ObjectKey;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The newest bytes of each object, once in the cluster. A cache for what is in the log (so it may
 * miss, or hold another version than the one asked for; the bytes say which), the only home of what
 * is volatile. Thread-safe.
 */
public interface DocumentGrid extends AutoCloseable {

  /** So many will come, likely; a hint for how to keep them. */
  default void expect(long documents) {}

  Optional<byte[]> get(ObjectKey key);

  Map<ObjectKey, byte[]> getAll(Collection<ObjectKey> keys);

  /** Returns when every later read sees them. */
  void put(Map<ObjectKey, byte[]> documents);

  /** Starts to put them; a read that comes first misses or finds the version before. */
  void offer(Map<ObjectKey, byte[]> documents);

  /** Starts to remove them. */
  void remove(Collection<ObjectKey> keys);

  @Override
  void close();
}

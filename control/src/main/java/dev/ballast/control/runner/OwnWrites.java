package dev.ballast.control.runner;

import dev.ballast.control.informer.Informer;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Read-your-own-writes: which revisions a key's next round must see, because the round before
 * committed them. A decision about a key never sees its own past writes undone.
 *
 * <p>Memory only: a restarted controller begins with fresh lists, which show every commit.
 * Thread-safe.
 */
final class OwnWrites {

  private final List<Informer<?>> informers;
  private final Map<ObjectKey, Map<ResourceType, Long>> written = new HashMap<>();

  OwnWrites(List<Informer<?>> informers) {
    this.informers = informers;
  }

  synchronized void remember(ObjectKey key, Map<ResourceType, Long> revisions) {
    if (revisions.isEmpty()) {
      return;
    }
    Map<ResourceType, Long> known = written.computeIfAbsent(key, k -> new HashMap<>());
    revisions.forEach((type, revision) -> known.merge(type, revision, Math::max));
  }

  /**
   * True when every informer has what this key wrote; else false, and {@code retry} runs once the
   * first that is behind has caught up.
   */
  boolean areSeen(ObjectKey key, Runnable retry) {
    Map<ResourceType, Long> expected;
    synchronized (this) {
      expected = Map.copyOf(written.getOrDefault(key, Map.of()));
    }
    for (Informer<?> informer : informers) {
      long revision = expected.getOrDefault(informer.type(), 0L);
      if (informer.seen() < revision) {
        informer.whenSeen(revision, retry);
        return false;
      }
    }
    synchronized (this) {
      if (expected.equals(written.get(key))) {
        written.remove(key);
      }
    }
    return true;
  }
}

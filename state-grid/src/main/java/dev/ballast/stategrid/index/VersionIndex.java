package dev.ballast.stategrid.index;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.stategrid.entry.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The ordered index: for each key its newest version and the older ones since the horizon. Holds no
 * documents.
 *
 * <p>The sequencer writes; anybody reads without a lock. A reader names the revision it wants to
 * see and so is not disturbed by commits that are being applied.
 */
public final class VersionIndex {

  private volatile Map<ResourceType, ConcurrentNavigableMap<ObjectKey, Version>> types =
      new ConcurrentHashMap<>();

  /** Applies an entry. Entries of a key come in log order. */
  public void apply(Entry entry) {
    apply(types, entry);
  }

  /** Forgets everything and holds these instead, at one stroke. */
  public void replace(Consumer<Consumer<Entry>> entries) {
    Map<ResourceType, ConcurrentNavigableMap<ObjectKey, Version>> others =
        new ConcurrentHashMap<>();
    entries.accept(entry -> apply(others, entry));
    types = others;
  }

  /** Forgets every version of these keys; returns the keys. */
  public List<ObjectKey> removeIf(Predicate<ObjectKey> doomed) {
    List<ObjectKey> removed = new ArrayList<>();
    for (ConcurrentNavigableMap<ObjectKey, Version> keys : types.values()) {
      keys.keySet().stream().filter(doomed).forEach(removed::add);
      keys.keySet().removeIf(doomed);
    }
    return removed;
  }

  private static void apply(
      Map<ResourceType, ConcurrentNavigableMap<ObjectKey, Version>> types, Entry entry) {
    ConcurrentNavigableMap<ObjectKey, Version> keys =
        types.computeIfAbsent(entry.key().type(), type -> new ConcurrentSkipListMap<>());
    keys.put(entry.key(), new Version(entry, keys.get(entry.key())));
  }

  /** The newest version, whether published or not. */
  public Optional<Version> newest(ObjectKey key) {
    return Optional.ofNullable(keys(key.type()).get(key)).filter(version -> !version.removed());
  }

  public Optional<Version> at(ObjectKey key, long revision) {
    Version newest = keys(key.type()).get(key);
    return newest == null ? Optional.empty() : Optional.ofNullable(newest.at(revision));
  }

  /**
   * Shows what was there at a revision, in key order.
   *
   * @param after begin behind this key; its type is the one that is walked
   * @param namespace "" for all
   * @param more false ends the walk
   */
  public void walk(
      ObjectKey after, String namespace, long revision, BiPredicate<ObjectKey, Version> more) {
    for (Map.Entry<ObjectKey, Version> entry :
        keys(after.type()).tailMap(after, false).entrySet()) {
      ObjectKey key = entry.getKey();
      if (!namespace.isEmpty() && !namespace.equals(key.namespace())) {
        if (key.namespace().compareTo(namespace) > 0) {
          return;
        }
        continue;
      }
      Version version = entry.getValue().at(revision);
      if (version != null && !more.test(key, version)) {
        return;
      }
    }
  }

  private NavigableMap<ObjectKey, Version> keys(ResourceType type) {
    ConcurrentNavigableMap<ObjectKey, Version> keys = types.get(type);
    return keys == null ? new ConcurrentSkipListMap<>() : keys;
  }

  /** Forgets the versions of one key that were no longer current at the horizon. */
  public void prune(ObjectKey key, long horizon) {
    ConcurrentNavigableMap<ObjectKey, Version> keys = types.get(key.type());
    Version newest = keys == null ? null : keys.get(key);
    if (newest != null) {
      prune(keys, key, newest, horizon, new ArrayList<>());
    }
  }

  /**
   * Forgets every version that was no longer current at the horizon, and the marks of removals up
   * to there; returns their positions. May run beside the sequencer.
   */
  public List<Long> prune(long horizon) {
    List<Long> doomed = new ArrayList<>();
    for (ConcurrentNavigableMap<ObjectKey, Version> keys : types.values()) {
      keys.forEach((key, newest) -> prune(keys, key, newest, horizon, doomed));
    }
    return doomed;
  }

  private static void prune(
      ConcurrentNavigableMap<ObjectKey, Version> keys,
      ObjectKey key,
      Version newest,
      long horizon,
      List<Long> doomed) {
    Version newer = null;
    Version current = newest;
    while (current != null && current.revision() > horizon) {
      newer = current;
      current = current.older();
    }
    if (current == null) {
      return;
    }
    for (Version old = current.older(); old != null; old = old.older()) {
      doomed.add(old.position());
    }
    current.cut();
    if (current.removed()) {
      doomed.add(current.position());
      if (newer != null) {
        newer.cut();
      } else {
        keys.remove(key, current);
      }
    }
  }

  /** How many objects there are now. */
  public long size() {
    return types.values().stream()
        .flatMap(keys -> keys.values().stream())
        .filter(version -> !version.removed())
        .count();
  }
}

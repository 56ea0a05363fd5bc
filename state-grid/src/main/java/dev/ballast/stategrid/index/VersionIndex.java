package dev.ballast.stategrid.index;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.stategrid.entry.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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

  private static final TypeIndex NOTHING = new TypeIndex();

  private final Doomed doomed = new Doomed();
  private volatile Map<ResourceType, TypeIndex> types = new ConcurrentHashMap<>();

  /** Applies an entry. Entries of a key come in log order. */
  public void apply(Entry entry) {
    apply(types, entry);
  }

  private static void apply(Map<ResourceType, TypeIndex> types, Entry entry) {
    types.computeIfAbsent(entry.key().type(), type -> new TypeIndex()).apply(entry);
  }

  /**
   * Takes in other entries beside those that are here; running the result puts them in place. What
   * is doomed is forgotten at once: where the others come from it is not to be deleted.
   */
  public Runnable prepare(Consumer<Consumer<Entry>> entries) {
    doomed.forget();
    Map<ResourceType, TypeIndex> others = new ConcurrentHashMap<>();
    entries.accept(entry -> apply(others, entry));
    return () -> types = others;
  }

  /** Forgets every version of these keys; returns the keys. */
  public List<ObjectKey> removeIf(Predicate<ObjectKey> doomed) {
    List<ObjectKey> removed = new ArrayList<>();
    types.values().forEach(type -> removed.addAll(type.removeIf(doomed)));
    return removed;
  }

  private TypeIndex of(ResourceType type) {
    return types.getOrDefault(type, NOTHING);
  }

  /** The newest version, whether published or not. */
  public Optional<Version> newest(ObjectKey key) {
    return Optional.ofNullable(of(key.type()).keys().get(key))
        .filter(version -> !version.removed());
  }

  public Optional<Version> at(ObjectKey key, long revision) {
    Version newest = of(key.type()).keys().get(key);
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
        of(after.type()).keys().tailMap(after, false).entrySet()) {
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

  /** As {@link #walk}, among these keys only. */
  public void walk(
      NavigableSet<ObjectKey> among,
      ObjectKey after,
      String namespace,
      long revision,
      BiPredicate<ObjectKey, Version> more) {
    for (ObjectKey key : among.tailSet(after, false)) {
      if (namespace.isEmpty() || namespace.equals(key.namespace())) {
        Optional<Version> version = at(key, revision);
        if (version.isPresent() && !more.test(key, version.get())) {
          return;
        }
      }
    }
  }

  /** Keys among which all are that are, or in a kept version were, bound to a node. */
  public NavigableSet<ObjectKey> onNode(ResourceType type, String node) {
    return of(type).onNodeSorted(node);
  }

  /**
   * Keys among which all are whose labels match, or did in a kept version; empty when looking at
   * every object is no more work than finding them.
   *
   * @param namespace "" for all
   */
  public Optional<NavigableSet<ObjectKey>> labelled(
      ResourceType type, String namespace, LabelSelector selector) {
    return of(type).labelledSorted(namespace, selector);
  }

  /** Forgets the versions of one key that were no longer current at the horizon. */
  public void prune(ObjectKey key, long horizon) {
    of(key.type()).prune(key, horizon, new ArrayList<>());
  }

  /**
   * Forgets every version that was no longer current at the horizon, and the marks of removals up
   * to there. They are {@link #doomed}, the oldest first: those lie side by side on the disk. Not
   * beside {@link #apply}.
   */
  public void prune(long horizon) {
    List<Long> pruned = new ArrayList<>();
    types.values().forEach(type -> pruned.addAll(type.prune(horizon)));
    pruned.sort(null);
    doomed.add(pruned);
  }

  /** What is to be deleted from the disk, whoever deletes it. */
  public Doomed doomed() {
    return doomed;
  }

  /** How many objects of a type there are now in a namespace; "" for all. */
  public long count(ResourceType type, String namespace) {
    return of(type).live(namespace);
  }

  /** How many objects there are now. */
  public long size() {
    return types.values().stream().mapToLong(TypeIndex::live).sum();
  }
}

package dev.ballast.stategrid.index;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/**
 * One type's objects: in key order, by node, and by their set of labels, which siblings share, so
 * that a selector is asked once a set and not once an object. One thread writes at a time; anybody
 * reads without a lock.
 */
final class TypeIndex {

  /** Objects of one namespace with the same labels. */
  private record Siblings(Map<String, String> labels, Postings postings) {}

  /** One namespace's objects by their labels. */
  private record Sets(Map<Map<String, String>, Siblings> byLabels) {
    Siblings of(Map<String, String> labels) {
      return byLabels.computeIfAbsent(labels, absent -> new Siblings(labels, new Postings()));
    }
  }

  /** A change that left something behind to forget once the horizon has passed it. */
  private record Aged(long revision, ObjectKey key) {}

  private final ConcurrentNavigableMap<ObjectKey, Version> keys = new ConcurrentSkipListMap<>();
  private final Map<String, Sets> namespaces = new ConcurrentHashMap<>();
  private final Map<String, Postings> nodes = new ConcurrentHashMap<>();
  private final Deque<Aged> aged = new ArrayDeque<>();
  private volatile long live;

  ConcurrentNavigableMap<ObjectKey, Version> keys() {
    return keys;
  }

  /** How many objects there are now. */
  long live() {
    return live;
  }

  /** How many objects there are now in a namespace; "" for all. */
  long live(String namespace) {
    if (namespace.isEmpty()) {
      return live;
    }
    Sets sets = namespaces.get(namespace);
    return sets == null
        ? 0
        : sets.byLabels.values().stream().mapToLong(one -> one.postings.live()).sum();
  }

  void apply(Entry entry) {
    ObjectKey key = shared(entry.key());
    Version before = keys.get(key);
    boolean there = before != null && !before.removed();
    Head head = entry.removes() ? Head.EMPTY : shared(key.namespace(), entry.head());
    keys.put(key, new Version(entry, head, before));
    if (before != null || entry.removes()) {
      aged.add(new Aged(entry.revision(), key));
    }
    if (there) {
      leave(key, before.head(), entry.removes() ? null : head);
    }
    if (!entry.removes()) {
      enter(key, there ? before.head() : null, head);
    }
    live += (entry.removes() ? 0 : 1) - (there ? 1 : 0);
  }

  /** A million keys must not mean a million copies of a namespace's name. */
  private static ObjectKey shared(ObjectKey key) {
    String namespace = key.namespace().intern();
    return namespace == key.namespace() ? key : new ObjectKey(key.type(), namespace, key.name());
  }

  private Head shared(String namespace, Head head) {
    return new Head(
        head.uid(), head.nodeName().intern(), sets(namespace).of(head.labels()).labels());
  }

  private void enter(ObjectKey key, Head before, Head head) {
    if (before == null || !before.labels().equals(head.labels())) {
      sets(key.namespace()).of(head.labels()).postings.add(key, labelled(head.labels()));
    }
    if (!head.nodeName().isEmpty()
        && (before == null || !before.nodeName().equals(head.nodeName()))) {
      nodes
          .computeIfAbsent(head.nodeName(), node -> new Postings())
          .add(key, onNode(head.nodeName()));
    }
  }

  private void leave(ObjectKey key, Head before, Head head) {
    if (head == null || !before.labels().equals(head.labels())) {
      sets(key.namespace()).of(before.labels()).postings.left();
    }
    if (!before.nodeName().isEmpty()
        && (head == null || !before.nodeName().equals(head.nodeName()))) {
      nodes.get(before.nodeName()).left();
    }
  }

  private Sets sets(String namespace) {
    return namespaces.computeIfAbsent(namespace, absent -> new Sets(new ConcurrentHashMap<>()));
  }

  private Predicate<ObjectKey> labelled(Map<String, String> labels) {
    return key -> has(key, version -> version.head().labels().equals(labels));
  }

  private Predicate<ObjectKey> onNode(String node) {
    return key -> has(key, version -> version.head().nodeName().equals(node));
  }

  private boolean has(ObjectKey key, Predicate<Version> wanted) {
    for (Version version = keys.get(key); version != null; version = version.older()) {
      if (!version.removed() && wanted.test(version)) {
        return true;
      }
    }
    return false;
  }

  /** Keys among which all are that were ever bound to a node, in order. */
  NavigableSet<ObjectKey> onNodeSorted(String node) {
    NavigableSet<ObjectKey> found = new TreeSet<>();
    Postings postings = nodes.get(node);
    if (postings != null) {
      postings.forEach(found::add);
    }
    return found;
  }

  /**
   * Keys among which all are whose labels match, in order; empty when looking at every object is no
   * more work.
   */
  Optional<NavigableSet<ObjectKey>> labelledSorted(String namespace, LabelSelector selector) {
    Collection<Sets> looked =
        namespace.isEmpty()
            ? namespaces.values()
            : Optional.ofNullable(namespaces.get(namespace)).stream().toList();
    long sets = looked.stream().mapToLong(one -> one.byLabels.size()).sum();
    if (2 * sets > live(namespace)) {
      return Optional.empty();
    }
    NavigableSet<ObjectKey> found = new TreeSet<>();
    for (Sets one : looked) {
      one.byLabels.forEach(
          (labels, siblings) -> {
            if (selector.matches(labels)) {
              siblings.postings.forEach(found::add);
            }
          });
    }
    return Optional.of(found);
  }

  /** Forgets what was no longer current at the horizon; returns the positions. */
  List<Long> prune(long horizon) {
    List<Long> doomed = new ArrayList<>();
    for (ObjectKey key = agedBefore(horizon); key != null; key = agedBefore(horizon)) {
      prune(key, horizon, doomed);
    }
    sweep();
    return doomed;
  }

  private ObjectKey agedBefore(long horizon) {
    return aged.isEmpty() || aged.peek().revision > horizon ? null : aged.poll().key;
  }

  private void sweep() {
    namespaces.forEach(
        (namespace, sets) -> {
          sets.byLabels
              .entrySet()
              .removeIf(
                  one ->
                      one.getValue().postings.live() == 0
                          && one.getValue().postings.sweep(labelled(one.getKey())));
          if (sets.byLabels.isEmpty()) {
            namespaces.remove(namespace);
          }
        });
    nodes
        .entrySet()
        .removeIf(
            entry ->
                entry.getValue().live() == 0 && entry.getValue().sweep(onNode(entry.getKey())));
  }

  void prune(ObjectKey key, long horizon, List<Long> doomed) {
    Version newer = null;
    Version current = keys.get(key);
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

  /** Forgets every version of these keys. */
  List<ObjectKey> removeIf(Predicate<ObjectKey> wanted) {
    List<ObjectKey> removed = keys.keySet().stream().filter(wanted).toList();
    for (ObjectKey key : removed) {
      Version newest = keys.remove(key);
      if (!newest.removed()) {
        leave(key, newest.head(), null);
        live--;
      }
    }
    sweep();
    return removed;
  }
}

package dev.ballast.control.informer;

import dev.ballast.core.resource.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An informer's objects and their indexes. Thread-safe; every read sees whole changes only. */
final class Table<T> {

  private final Map<ObjectKey, Cached<T>> objects = new HashMap<>();
  private final Map<String, Indexed<T>> indexes = new HashMap<>();

  private record Indexed<T>(Index<T> index, Map<String, SortedKeys> keys) {

    void add(Cached<T> object) {
      for (String term : index.terms().apply(object)) {
        keys.computeIfAbsent(term, t -> new SortedKeys()).add(object.key());
      }
    }

    void remove(Cached<T> object) {
      for (String term : index.terms().apply(object)) {
        SortedKeys found = keys.get(term);
        if (found != null && found.remove(object.key()) && found.isEmpty()) {
          keys.remove(term);
        }
      }
    }

    /** Most changes leave an object under the terms that it was under. */
    void replace(Cached<T> before, Cached<T> after) {
      if (!index.terms().apply(before).equals(index.terms().apply(after))) {
        remove(before);
        add(after);
      }
    }
  }

  synchronized Optional<Cached<T>> get(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  synchronized List<Cached<T>> all() {
    return new ArrayList<>(objects.values());
  }

  synchronized Set<ObjectKey> keys() {
    return new HashSet<>(objects.keySet());
  }

  synchronized int size() {
    return objects.size();
  }

  synchronized Optional<Cached<T>> put(Cached<T> object) {
    Cached<T> before = objects.put(object.key(), object);
    for (Indexed<T> indexed : indexes.values()) {
      if (before == null) {
        indexed.add(object);
      } else {
        indexed.replace(before, object);
      }
    }
    return Optional.ofNullable(before);
  }

  synchronized Optional<Cached<T>> remove(ObjectKey key) {
    Cached<T> before = objects.remove(key);
    if (before != null) {
      indexes.values().forEach(indexed -> indexed.remove(before));
    }
    return Optional.ofNullable(before);
  }

  /** The objects under one term, in key order. The first use of an index builds it. */
  synchronized List<Cached<T>> find(Index<T> index, String term) {
    Indexed<T> indexed = indexes.get(index.name());
    if (indexed == null) {
      indexed = new Indexed<>(index, new HashMap<>());
      objects.values().forEach(indexed::add);
      indexes.put(index.name(), indexed);
    }
    List<Cached<T>> found = new ArrayList<>();
    SortedKeys keys = indexed.keys().get(term);
    if (keys != null) {
      keys.forEach(key -> found.add(objects.get(key)));
    }
    return found;
  }
}

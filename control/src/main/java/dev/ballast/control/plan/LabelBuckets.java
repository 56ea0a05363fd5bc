package dev.ballast.control.plan;

import dev.ballast.core.placement.PodIdentity;
import dev.ballast.core.placement.PodSelector;
import dev.ballast.core.selector.LabelSelector.Operator;
import dev.ballast.core.selector.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Brings selectors and the pods they may mean together without comparing each with all: most
 * selectors demand one value of some label in one namespace. What is found is a candidate, no
 * match. One thread.
 *
 * @param <T> what is found: filed under identities or under selectors, not both
 */
final class LabelBuckets<T> {

  private final Map<String, List<T>> buckets = new HashMap<>();
  private final List<T> all = new ArrayList<>();
  private final List<T> broad = new ArrayList<>();

  void clear() {
    buckets.clear();
    all.clear();
    broad.clear();
  }

  void add(PodIdentity identity, T value) {
    all.add(value);
    identity.labels().forEach((k, v) -> bucket(identity.namespace(), k, v).add(value));
  }

  void add(PodSelector selector, T value) {
    Requirement one = demand(selector);
    if (one == null) {
      broad.add(value);
    } else {
      bucket(namespace(selector), one.key(), one.values().getFirst()).add(value);
    }
  }

  /** Those filed under selectors that may mean such a pod. */
  void forEach(PodIdentity identity, Consumer<T> action) {
    broad.forEach(action);
    identity.labels().forEach((k, v) -> found(identity.namespace(), k, v).forEach(action));
  }

  /** Those filed under identities that the selector may mean. */
  void forEach(PodSelector selector, Consumer<T> action) {
    Requirement one = demand(selector);
    (one == null ? all : found(namespace(selector), one.key(), one.values().getFirst()))
        .forEach(action);
  }

  private static Requirement demand(PodSelector selector) {
    if (selector.labels() == null
        || selector.namespaceSelector() != null
        || selector.namespaces().size() != 1) {
      return null;
    }
    for (Requirement one : selector.labels().requirements()) {
      if (one.operator() == Operator.IN && one.values().size() == 1) {
        return one;
      }
    }
    return null;
  }

  private static String namespace(PodSelector selector) {
    return selector.namespaces().iterator().next();
  }

  private List<T> bucket(String namespace, String key, String value) {
    return buckets.computeIfAbsent(name(namespace, key, value), n -> new ArrayList<>());
  }

  private List<T> found(String namespace, String key, String value) {
    return buckets.getOrDefault(name(namespace, key, value), List.of());
  }

  /** Neither namespaces nor keys of labels have these characters. */
  private static String name(String namespace, String key, String value) {
    return namespace + "|" + key + "=" + value;
  }
}

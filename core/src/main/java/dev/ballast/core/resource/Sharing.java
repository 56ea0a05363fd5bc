package dev.ballast.core.resource;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Gives equal immutable values one body: a million pods of a thousand templates then hold a
 * thousand lists of containers. Remembers a bounded number of values and forgets one for another,
 * so it may miss, and never grows. Thread-safe: a race only misses.
 */
public final class Sharing {

  private static final int SLOTS = 1 << 16;

  /** Longer texts are seldom met twice. */
  private static final int LONGEST = 128;

  private static final Object[] MET = new Object[SLOTS];

  private Sharing() {}

  public static String text(String value) {
    return value.length() > LONGEST ? value : one(value);
  }

  /** Has equal texts met from now on be this one, which somebody holds anyway. */
  static void keep(String value) {
    MET[slot(value)] = value;
  }

  /** The elements are shared too. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of what was in the list
  public static <T> List<T> list(List<T> value) {
    if (value.isEmpty()) {
      return List.of();
    }
    Object[] elements = value.toArray();
    for (int i = 0; i < elements.length; i++) {
      elements[i] = one(elements[i]);
    }
    return (List<T>) one((List) List.of(elements));
  }

  /** Only with the same order of keys. */
  public static <K, V> Map<K, V> map(Map<K, V> value) {
    int slot = slot(value);
    @SuppressWarnings("unchecked") // looked at before it is used
    Map<K, V> met = MET[slot] instanceof Map<?, ?> map ? (Map<K, V>) map : null;
    if (met != null && met.equals(value) && sameOrder(met, value)) {
      return met;
    }
    MET[slot] = value;
    return value;
  }

  private static boolean sameOrder(Map<?, ?> one, Map<?, ?> other) {
    Iterator<?> keys = other.keySet().iterator();
    return one.keySet().stream().allMatch(key -> keys.hasNext() && keys.next().equals(key));
  }

  @SuppressWarnings("unchecked") // equal and of the same class
  private static <T> T one(T value) {
    int slot = slot(value);
    Object met = MET[slot];
    if (met != null && met.getClass() == value.getClass() && met.equals(value)) {
      return (T) met;
    }
    MET[slot] = value;
    return value;
  }

  private static int slot(Object value) {
    int hash = value.hashCode() * 0x9E3779B9;
    return (hash ^ hash >>> 16) & SLOTS - 1;
  }
}

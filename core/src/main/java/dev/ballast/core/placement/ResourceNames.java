package dev.ballast.core.placement;

import dev.ballast.core.quantity.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers the resource names of one cluster, so that amounts are plain {@code long[]}: cpu in
 * millicores, everything else in whole units (bytes, pods, devices). Names are only ever added; an
 * array shorter than {@link #size} has 0 of the rest.
 *
 * <p>Thread-safe: several snapshots of one cluster number alike. A name met while another thread
 * looks is beyond the size that one saw, and none of its pods asks for it yet.
 */
public final class ResourceNames {

  public static final int CPU = 0;
  public static final int MEMORY = 1;
  public static final int EPHEMERAL_STORAGE = 2;
  public static final int PODS = 3;

  /**
   * Quantities repeat (templates), parsing them is slow; beyond this many the memory is cleared.
   */
  private static final int REMEMBERED = 4096;

  /**
   * A cluster has dozens, and every amount of it has a place for each: what pods make up beyond so
   * many counts as one name that no node offers.
   */
  private static final int MOST_OF_PODS = 192;

  private static final int MOST = 256;

  /** The last of all. */
  private static final String OTHERS = "resources that no node offers";

  /** Grows by replacement, under the lock. */
  private volatile List<String> names = List.of();

  private final Map<String, Integer> indexes = new ConcurrentHashMap<>();
  private final Map<String, Quantity> parsed = new ConcurrentHashMap<>();

  public ResourceNames() {
    for (String name : List.of("cpu", "memory", "ephemeral-storage", "pods", OTHERS)) {
      index(name);
    }
  }

  /** The number of a name; a new name gets the next one, as long as there are some. */
  public int index(String name) {
    return index(name, MOST_OF_PODS);
  }

  private int index(String name, int most) {
    Integer known = indexes.get(name);
    return known != null ? known : add(name, most);
  }

  private synchronized int add(String name, int most) {
    Integer known = indexes.get(name);
    if (known != null) {
      return known;
    }
    if (indexes.size() >= most) {
      return indexes.get(OTHERS);
    }
    List<String> more = new ArrayList<>(names);
    more.add(name);
    names = List.copyOf(more);
    indexes.put(name, more.size() - 1);
    return more.size() - 1;
  }

  /** The number of a name, or -1 when nobody spoke of it yet. */
  public int find(String name) {
    return indexes.getOrDefault(name, -1);
  }

  public String name(int index) {
    return names.get(index);
  }

  public int size() {
    return names.size();
  }

  /**
   * Amounts by number.
   *
   * @throws IllegalArgumentException when a value is no quantity, which validation excludes
   */
  public long[] amounts(Map<String, String> quantities) {
    return amounts(quantities, MOST_OF_PODS);
  }

  /** The same of what a node offers, whose names come before those that pods make up. */
  public long[] offers(Map<String, String> quantities) {
    long[] amounts = amounts(quantities, MOST);
    amounts[indexes.get(OTHERS)] = 0;
    return amounts;
  }

  private long[] amounts(Map<String, String> quantities, int most) {
    quantities.keySet().forEach(name -> index(name, most));
    long[] amounts = new long[size()];
    quantities.forEach(
        (name, text) -> {
          int index = index(name, most);
          amounts[index] = Math.max(amounts[index], amount(index, text));
        });
    return amounts;
  }

  private long amount(int index, String text) {
    if (parsed.size() > REMEMBERED) {
      parsed.clear();
    }
    Quantity quantity = parsed.computeIfAbsent(text, Quantity::parse);
    return index == CPU ? quantity.millis() : quantity.units();
  }
}

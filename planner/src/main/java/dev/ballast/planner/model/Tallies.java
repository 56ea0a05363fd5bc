package dev.ballast.planner.model;

import java.util.Arrays;

/**
 * Counts by (group, machine): a table of all of them where that is small, else open addressing, in
 * which zeros take no room. One thread.
 */
final class Tallies {

  private static final long FREE = -1;
  private static final long SMALL = 300_000;

  private final int machines;

  /** Null where that would be large. */
  private final int[] all;

  private long[] keys;
  private int[] counts;
  private int used;

  Tallies(int groups, int machines, int expected) {
    this.machines = Math.max(1, machines);
    long cells = (long) groups * this.machines;
    all = cells <= SMALL ? new int[(int) cells] : null;
    int size = all != null ? 0 : Integer.highestOneBit(Math.max(16, expected) * 2) * 2;
    keys = new long[size];
    counts = new int[size];
    Arrays.fill(keys, FREE);
  }

  int get(int group, int machine) {
    return all != null ? all[group * machines + machine] : found(group, machine);
  }

  private int found(int group, int machine) {
    long key = (long) group * machines + machine;
    for (int i = slot(key); ; i = i + 1 & keys.length - 1) {
      if (keys[i] == key) {
        return counts[i];
      }
      if (keys[i] == FREE) {
        return 0;
      }
    }
  }

  /** Adds one and returns the count before. */
  int increment(int group, int machine) {
    if (all != null) {
      return all[group * machines + machine]++;
    }
    long key = (long) group * machines + machine;
    for (int i = slot(key); ; i = i + 1 & keys.length - 1) {
      if (keys[i] == key) {
        return counts[i]++;
      }
      if (keys[i] == FREE) {
        keys[i] = key;
        counts[i] = 1;
        if (++used * 2 > keys.length) {
          grow();
        }
        return 0;
      }
    }
  }

  /** Takes one away and returns the count before, which must not be 0. */
  int decrement(int group, int machine) {
    if (all != null) {
      return all[group * machines + machine]--;
    }
    long key = (long) group * machines + machine;
    int i = slot(key);
    while (keys[i] != key) {
      if (keys[i] == FREE) {
        throw new IllegalStateException("no count of group " + group + " on machine " + machine);
      }
      i = i + 1 & keys.length - 1;
    }
    int before = counts[i]--;
    if (before == 1) {
      remove(i);
    }
    return before;
  }

  /** Later keys of the same run move up, so that no search ends too early. */
  private void remove(int hole) {
    int mask = keys.length - 1;
    used--;
    for (int i = hole + 1 & mask; keys[i] != FREE; i = i + 1 & mask) {
      int home = slot(keys[i]);
      if ((i - home & mask) >= (i - hole & mask)) {
        keys[hole] = keys[i];
        counts[hole] = counts[i];
        hole = i;
      }
    }
    keys[hole] = FREE;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldCounts = counts;
    keys = new long[oldKeys.length * 2];
    counts = new int[keys.length];
    Arrays.fill(keys, FREE);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != FREE) {
        int j = slot(oldKeys[i]);
        while (keys[j] != FREE) {
          j = j + 1 & keys.length - 1;
        }
        keys[j] = oldKeys[i];
        counts[j] = oldCounts[i];
      }
    }
  }

  private int slot(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 40) & keys.length - 1;
  }
}

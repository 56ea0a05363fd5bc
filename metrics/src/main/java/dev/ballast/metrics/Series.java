package dev.ballast.metrics;

import java.util.Arrays;

/** Names one meter: its name and alternating keys and values of its tags. */
record Series(String name, String[] tags) {

  /** One that the caller's array cannot change. */
  Series copy() {
    return new Series(name, tags.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Series that && name.equals(that.name) && Arrays.equals(tags, that.tags);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(tags);
  }

  @Override
  public String toString() {
    return name + Arrays.toString(tags);
  }
}

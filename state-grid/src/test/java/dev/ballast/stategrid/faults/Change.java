package dev.ballast.stategrid.faults;

/**
 * What a watcher was told of one key.
 *
 * @param value "" when it was removed
 */
record Change(long revision, String key, String value) {

  boolean removes() {
    return value.isEmpty();
  }
}

package dev.ballast.stategrid.faults;

/**
 * One operation of a client on one key, with the times between which it took effect, if it did.
 *
 * @param expected the version that a write replaces; 0 for one that creates; -1 for a read
 * @param outcome what the client was told
 * @param version the version that was read, or written
 * @param value that was read, or that the write brings; values of writes are all different
 */
record Attempt(
    String key,
    long began,
    long ended,
    long expected,
    Outcome outcome,
    long version,
    String value,
    String member) {

  enum Outcome {
    DONE,
    REFUSED,
    UNKNOWN
  }

  boolean reads() {
    return expected < 0;
  }
}

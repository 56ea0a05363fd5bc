package dev.ballast.stategrid.faults;

/**
 * One operation of a client on one key, with the times between which it took effect, if it did.
 *
 * @param expected the version that a write replaces or deletes; 0 for one that creates, and for a
 *     delete of whatever is there
 * @param outcome what the client was told
 * @param version the version that was read, 0 if there was nothing, or that the write made; of a
 *     delete, the revision that removed it
 * @param value that was read, or that a write brings, which are all different; of a delete, the uid
 *     that it asks for, "" for any
 */
record Attempt(
    Kind kind,
    String key,
    long began,
    long ended,
    long expected,
    Outcome outcome,
    long version,
    String value,
    String member) {

  enum Kind {
    READ,
    PUT,
    DELETE
  }

  enum Outcome {
    DONE,
    REFUSED,
    UNKNOWN
  }

  /** Of the object that holds a value: what its creation brought, which all later ones carry on. */
  static String uid(String value) {
    return value.split("/", 2)[0];
  }

  boolean reads() {
    return kind == Kind.READ;
  }

  boolean deletes() {
    return kind == Kind.DELETE;
  }
}

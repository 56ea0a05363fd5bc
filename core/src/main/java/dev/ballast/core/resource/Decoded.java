package dev.ballast.core.resource;

import java.io.IOException;

/**
 * What was decoded lately, found again by the very bytes: a change goes to several followers in one
 * process, all of them get the same bytes, and each would decode them to an equal record. Records
 * are immutable, so they may share one. Remembers a bounded number, none of them large, and forgets
 * one for another. Thread-safe: a race only misses.
 */
final class Decoded {

  private static final int SLOTS = 1 << 9;
  private static final int LARGEST = 1 << 13;

  private record One(byte[] json, Class<?> type, Object value) {}

  /** Decodes, when nobody did before. */
  @FunctionalInterface
  interface Decoder<T> {
    T decode(byte[] json, Class<T> type) throws IOException;
  }

  private static final One[] LATELY = new One[SLOTS];

  private Decoded() {}

  static <T> T of(byte[] json, Class<T> type, Decoder<T> decoder) throws IOException {
    if (json.length > LARGEST) {
      return decoder.decode(json, type);
    }
    int slot = 31 * System.identityHashCode(json) + System.identityHashCode(type) & SLOTS - 1;
    One met = LATELY[slot];
    if (met != null && met.json() == json && met.type() == type) {
      return type.cast(met.value());
    }
    T value = decoder.decode(json, type);
    LATELY[slot] = new One(json, type, value);
    return value;
  }
}

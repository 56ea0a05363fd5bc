package dev.ballast.bench.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** The objects that are written: ConfigMaps of a given size in all. */
final class Documents {

  static final String NAMESPACE = "default";

  private static final String HEAD =
      "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\"},\"data\":{\"v\":\"";

  private static final byte[] TAIL = "\"}}".getBytes(StandardCharsets.US_ASCII);

  /** What the shortest name leaves around the filling. */
  private static final int FRAME = HEAD.length() + 20;

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private Documents() {}

  /** Text that does not compress well, of such a length that the document has so many bytes. */
  static byte[] filling(int documentBytes, long seed) {
    Random random = new Random(seed);
    byte[] filling = new byte[Math.max(8, documentBytes - FRAME)];
    for (int i = 0; i < filling.length; i++) {
      filling[i] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }
    return filling;
  }

  static byte[] configMap(String name, byte[] filling) {
    byte[] head = HEAD.formatted(name, NAMESPACE).getBytes(StandardCharsets.US_ASCII);
    byte[] json = Arrays.copyOf(head, head.length + filling.length + TAIL.length);
    System.arraycopy(filling, 0, json, head.length, filling.length);
    System.arraycopy(TAIL, 0, json, head.length + filling.length, TAIL.length);
    return json;
  }
}

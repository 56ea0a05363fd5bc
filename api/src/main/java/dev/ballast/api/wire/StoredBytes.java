package dev.ballast.api.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Cuts pieces out of documents in stored form without parsing them. Pure. */
final class StoredBytes {

  private static final byte[] METADATA = "\"metadata\":".getBytes(StandardCharsets.US_ASCII);

  private StoredBytes() {}

  /** The bytes of the metadata object. In stored form it comes first after apiVersion and kind. */
  static byte[] metadata(byte[] stored) {
    int from = 0;
    while (!Arrays.equals(stored, from, from + METADATA.length, METADATA, 0, METADATA.length)) {
      from++;
    }
    from += METADATA.length;
    return Arrays.copyOfRange(stored, from, endOfObject(stored, from));
  }

  private static int endOfObject(byte[] json, int from) {
    int depth = 0;
    boolean inText = false;
    for (int i = from; i < json.length; i++) {
      byte c = json[i];
      if (inText) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          inText = false;
        }
      } else if (c == '"') {
        inText = true;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return i + 1;
      }
    }
    throw new IllegalArgumentException("not in stored form: metadata does not end");
  }
}

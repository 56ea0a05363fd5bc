package dev.ballast.api.tunnel;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A node's lease as it is stored, and where in it the time of renewal stands: to renew it is to
 * write 27 bytes over, and all else stays as whoever wrote it left it. Immutable.
 *
 * @param storable its document without resourceVersion
 * @param at where {@code spec.renewTime} begins in it
 */
record StoredLease(ObjectKey key, long revision, byte[] storable, int at) {

  /** {@code 2026-01-05T06:00:00.000000Z}: as every holder of a lease writes it. */
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT([01]\\d|2[0-3])(:[0-5]\\d){2}\\.\\d{6}Z");

  private static final int TIME_LENGTH = 27;

  static ObjectKey key(String node) {
    return new ObjectKey(ResourceType.LEASES, "kube-node-lease", node);
  }

  /** Whether it is a time that may be written into a lease. */
  static boolean isTime(String text) {
    if (!TIME.matcher(text).matches()) {
      return false;
    }
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeException malformed) {
      return false;
    }
  }

  /**
   * Empty when it is not one that its node holds and has renewed: there is more to do than that.
   */
  static Optional<StoredLease> of(Document document) {
    byte[] storable = Json.unstamp(document.json());
    try (JsonParser parser = Json.tokens(storable)) {
      parser.nextToken();
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        if (parser.nextToken() == JsonToken.START_OBJECT && field.equals("spec")) {
          int at = renewTime(parser, document.key().name());
          return at < 0
              ? Optional.empty()
              : Optional.of(new StoredLease(document.key(), document.revision(), storable, at));
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(document.toString(), e);
    }
  }

  /** Where it stands in the spec that the parser is at; -1 when the lease is not the holder's. */
  private static int renewTime(JsonParser parser, String holder) throws IOException {
    int at = -1;
    boolean held = false;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
      if (text && field.equals("holderIdentity")) {
        held = parser.getText().equals(holder);
      } else if (text && field.equals("renewTime") && isTime(parser.getText())) {
        at = Math.toIntExact(parser.currentTokenLocation().getByteOffset()) + 1;
      }
      parser.skipChildren();
    }
    return held ? at : -1;
  }

  /** Whether it was renewed before a time of the same clock. */
  boolean isBefore(String time) {
    return new String(storable, at, TIME_LENGTH, StandardCharsets.US_ASCII).compareTo(time) < 0;
  }

  /**
   * @param time one that {@link #isTime}
   */
  Write.Replace renewed(String time) {
    byte[] fresh = storable.clone();
    System.arraycopy(time.getBytes(StandardCharsets.US_ASCII), 0, fresh, at, TIME_LENGTH);
    return new Write.Replace(key, revision, "", fresh);
  }

  /** As it is once the write has become this revision. */
  StoredLease at(long committed, Write.Replace write) {
    return new StoredLease(key, committed, write.json(), at);
  }
}

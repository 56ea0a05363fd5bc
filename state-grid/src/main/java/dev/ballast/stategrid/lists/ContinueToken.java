package dev.ballast.stategrid.lists;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where the next page begins: behind this object, at this revision.
 *
 * @param remaining how many objects are behind it; -1 when that was not known
 */
record ContinueToken(long revision, String namespace, String name, long remaining) {

  private static final String FORM = "1";

  static ContinueToken after(ObjectKey key, long revision) {
    return new ContinueToken(revision, key.namespace(), key.name(), -1);
  }

  ContinueToken withRemaining(long count) {
    return new ContinueToken(revision, namespace, name, count);
  }

  /** A member of an older version gives tokens without the last part. */
  static Optional<ContinueToken> parse(String text) {
    try {
      byte[] plain = Base64.getUrlDecoder().decode(text);
      String[] parts = new String(plain, StandardCharsets.UTF_8).split("/", -1);
      return parts.length >= 4 && parts.length <= 5 && parts[0].equals(FORM)
          ? Optional.of(
              new ContinueToken(
                  Long.parseLong(parts[1]),
                  parts[2],
                  parts[3],
                  parts.length == 5 ? Long.parseLong(parts[4]) : -1))
          : Optional.empty();
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  ObjectKey key(ResourceType type) {
    return new ObjectKey(type, namespace, name);
  }

  /** Without the last part where it says nothing: every version reads that. */
  String text() {
    String plain = String.join("/", FORM, Long.toString(revision), namespace, name);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            (remaining < 0 ? plain : plain + "/" + remaining).getBytes(StandardCharsets.UTF_8));
  }
}

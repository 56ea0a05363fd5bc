package dev.ballast.stategrid.lists;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Where the next page begins: behind this object, at this revision. */
record ContinueToken(long revision, String namespace, String name) {

  private static final String FORM = "1";

  static ContinueToken after(ObjectKey key, long revision) {
    return new ContinueToken(revision, key.namespace(), key.name());
  }

  static Optional<ContinueToken> parse(String text) {
    try {
      byte[] plain = Base64.getUrlDecoder().decode(text);
      String[] parts = new String(plain, StandardCharsets.UTF_8).split("/", -1);
      return parts.length == 4 && parts[0].equals(FORM)
          ? Optional.of(new ContinueToken(Long.parseLong(parts[1]), parts[2], parts[3]))
          : Optional.empty();
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  ObjectKey key(ResourceType type) {
    return new ObjectKey(type, namespace, name);
  }

  String text() {
    String plain = String.join("/", FORM, Long.toString(revision), namespace, name);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }
}

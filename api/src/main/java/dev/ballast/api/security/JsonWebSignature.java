package dev.ballast.api.security;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Signs claims and checks signatures: JSON Web Tokens in compact form, ES256 (RFC 7515, 7518) and
 * nothing else, so that a token cannot talk its reader into a weaker algorithm. Thread-safe.
 */
final class JsonWebSignature {

  /** ECDSA with the signature as two plain numbers, which is what RFC 7518 asks for. */
  private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

  private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder FROM_TEXT = Base64.getUrlDecoder();

  /** More than the nodes of a big cluster; 100 bytes each. */
  private static final int REMEMBERED = 1 << 15;

  private final KeyPair keys;
  private final String header;

  /**
   * Digests of whole tokens whose signature was found good, which it then is for ever: checking one
   * costs more than all else that most requests do. The oldest go first.
   */
  private final Map<ByteBuffer, Boolean> sound =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  JsonWebSignature(KeyPair keys) {
    this.keys = keys;
    ObjectNode head = Json.object().put("alg", "ES256").put("kid", keyId(keys));
    this.header = TO_TEXT.encodeToString(Json.bytes(head));
  }

  String sign(ObjectNode claims) {
    String signed = header + "." + TO_TEXT.encodeToString(Json.bytes(claims));
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + TO_TEXT.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with " + ALGORITHM, e);
    }
  }

  /**
   * The claims, if this very key signed them for this issuer, which is looked at first: it is
   * cheaper than a signature. Says nothing of their being true still.
   */
  Optional<ObjectNode> verify(String token, String issuer) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      ObjectNode head = object(parts[0]);
      ObjectNode claims = object(parts[1]);
      if (!head.path("alg").asText().equals("ES256")
          || head.has("crit")
          || !claims.path("iss").asText().equals(issuer)) {
        return Optional.empty();
      }
      return isSound(token, parts) ? Optional.of(claims) : Optional.empty();
    } catch (GeneralSecurityException
        | IllegalArgumentException
        | ClassCastException
        | UncheckedIOException notOurs) {
      return Optional.empty();
    }
  }

  private boolean isSound(String token, String[] parts) throws GeneralSecurityException {
    ByteBuffer digest = ByteBuffer.wrap(sha256(token.getBytes(StandardCharsets.UTF_8)));
    if (sound.containsKey(digest)) {
      return true;
    }
    Signature signature = Signature.getInstance(ALGORITHM);
    signature.initVerify(keys.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    boolean isSound = signature.verify(FROM_TEXT.decode(parts[2]));
    if (isSound) {
      sound.put(digest, true);
    }
    return isSound;
  }

  private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  private static ObjectNode object(String part) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(FROM_TEXT.decode(part));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String keyId(KeyPair keys) {
    try {
      return TO_TEXT.encodeToString(sha256(keys.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

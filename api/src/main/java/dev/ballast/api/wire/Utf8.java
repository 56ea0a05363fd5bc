package dev.ballast.api.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Bytes to text, strictly: parsers guess other encodings and take overlong forms, by which one
 * reader sees another text than the next. Pure.
 */
final class Utf8 {

  private Utf8() {}

  static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}

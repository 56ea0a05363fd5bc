package dev.ballast.stategrid.wire;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads what {@link WireWriter} wrote, this version's or an older one's. */
public final class WireReader {

  /** The bytes are from a newer version, or damaged. The message is for a person. */
  public static final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final ByteBuffer buffer;

  /**
   * @throws UnreadableException when a newer version wrote them
   */
  public WireReader(byte[] bytes) {
    buffer = ByteBuffer.wrap(bytes);
    int format = tag();
    if (format < 1 || format > WireWriter.FORMAT) {
      throw new UnreadableException(
          "another member wrote in format %d, and this version of Ballast knows up to %d: bring this member to the newest version"
              .formatted(format, WireWriter.FORMAT),
          null);
    }
  }

  private <T> T read(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new UnreadableException("the message is cut off", e);
    }
  }

  public int tag() {
    return read(() -> Byte.toUnsignedInt(buffer.get()));
  }

  public boolean flag() {
    return tag() != 0;
  }

  public long number() {
    return read(buffer::getLong);
  }

  /** May be null. */
  public byte[] bytes() {
    int length = read(buffer::getInt);
    if (length < 0) {
      return null;
    }
    if (length > buffer.remaining()) {
      throw new UnreadableException("the message is cut off", null);
    }
    byte[] content = new byte[length];
    buffer.get(content);
    return content;
  }

  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  public ObjectKey key() {
    return new ObjectKey(new ResourceType(text(), text()), text(), text());
  }

  public boolean isAtEnd() {
    return !buffer.hasRemaining();
  }

  /** A number, then as many things. */
  public <T> List<T> many(Supplier<T> one) {
    int count = (int) number();
    List<T> all = new ArrayList<>(Math.min(count, buffer.remaining()));
    for (int i = 0; i < count; i++) {
      all.add(one.get());
    }
    return all;
  }
}

package dev.ballast.stategrid.wire;

import dev.ballast.core.resource.ObjectKey;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes one message: a format version first, then fields in an order that both sides know. */
public final class WireWriter {

  /** Raised when the form changes; readers know this one and older ones. */
  static final int FORMAT = 1;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private final DataOutputStream out = new DataOutputStream(bytes);

  public WireWriter() {
    tag(FORMAT);
  }

  private interface Writing {
    void run() throws IOException;
  }

  private WireWriter write(Writing writing) {
    try {
      writing.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  /** A small number, 0 to 255: which kind of thing follows. */
  public WireWriter tag(int tag) {
    return write(() -> out.writeByte(tag));
  }

  public WireWriter flag(boolean flag) {
    return tag(flag ? 1 : 0);
  }

  public WireWriter number(long number) {
    return write(() -> out.writeLong(number));
  }

  /**
   * @param content may be null
   */
  public WireWriter bytes(byte[] content) {
    return write(
        () -> {
          out.writeInt(content == null ? -1 : content.length);
          if (content != null) {
            out.write(content);
          }
        });
  }

  public WireWriter text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public WireWriter key(ObjectKey key) {
    return text(key.type().group())
        .text(key.type().plural())
        .text(key.namespace())
        .text(key.name());
  }

  public byte[] done() {
    return bytes.toByteArray();
  }
}

package dev.ballast.executor.docker;

import dev.ballast.core.container.ContainerStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * A container's streams over one link. Without a terminal the engine sends frames: a kind byte,
 * three zeros, a length, data.
 */
final class DockerStream implements ContainerStream {

  interface Resizer {
    void resize(int columns, int rows);
  }

  private final RawHttp http;
  private final boolean tty;
  private final Resizer resizer;
  private final IntSupplier exitCode;

  DockerStream(RawHttp http, boolean tty, Resizer resizer, IntSupplier exitCode) {
    this.http = http;
    this.tty = tty;
    this.resizer = resizer;
    this.exitCode = exitCode;
  }

  @Override
  public Optional<Chunk> read() throws IOException {
    InputStream in = http.input();
    if (tty) {
      byte[] buffer = new byte[16 << 10];
      int count = in.read(buffer);
      return count < 0
          ? Optional.empty()
          : Optional.of(new Chunk(false, Arrays.copyOf(buffer, count)));
    }
    byte[] head = in.readNBytes(8);
    if (head.length < 8) {
      return Optional.empty();
    }
    int length = ByteBuffer.wrap(head).getInt(4);
    byte[] data = in.readNBytes(length);
    if (data.length < length) {
      throw new EOFException("the engine ended within a frame");
    }
    return Optional.of(new Chunk(head[0] == 2, data));
  }

  @Override
  public void write(byte[] data) throws IOException {
    http.output().write(data);
  }

  @Override
  public void closeInput() throws IOException {
    http.closeOutput();
  }

  @Override
  public void resize(int columns, int rows) {
    if (tty) {
      resizer.resize(columns, rows);
    }
  }

  @Override
  public int exitCode() {
    return exitCode.getAsInt();
  }

  @Override
  public void close() {
    http.close();
  }
}

package dev.ballast.core.container;

import java.io.IOException;
import java.util.Optional;

/**
 * Bytes to and from a process in a container. One reader and one writer thread at a time; {@link
 * #close} may come from any and ends both.
 */
public interface ContainerStream extends AutoCloseable {

  /** Blocks for the next piece of output; empty at its end. */
  Optional<Chunk> read() throws IOException;

  /** Writes to the process's standard input; blocks while it does not read. */
  void write(byte[] data) throws IOException;

  /** The process sees the end of its standard input; its output goes on. */
  void closeInput() throws IOException;

  /** Size of the terminal in characters; nothing without a terminal. */
  void resize(int columns, int rows);

  /** The exit code of an exec once {@link #read} has ended; 0 for logs and attach. */
  int exitCode();

  @Override
  void close();

  record Chunk(boolean error, byte[] data) {}
}

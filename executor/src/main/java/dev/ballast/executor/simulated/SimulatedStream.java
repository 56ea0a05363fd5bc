package dev.ballast.executor.simulated;

import dev.ballast.core.container.ContainerStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Says one text, and with a latch ends only when that opens (a followed log). */
final class SimulatedStream implements ContainerStream {

  private final byte[] text;
  private final CountDownLatch end;
  private boolean said;

  SimulatedStream(byte[] text, CountDownLatch end) {
    this.text = text;
    this.end = end;
  }

  @Override
  public Optional<Chunk> read() {
    if (!said && text.length > 0) {
      said = true;
      return Optional.of(new Chunk(false, text));
    }
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  @Override
  public void write(byte[] data) {}

  @Override
  public void closeInput() {}

  @Override
  public void resize(int columns, int rows) {}

  @Override
  public int exitCode() {
    return 0;
  }

  @Override
  public void close() {
    end.countDown();
  }
}

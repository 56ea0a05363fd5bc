package dev.ballast.executor;

import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The API's end of a node stream, in memory. */
public final class Pipe implements NodeStream {

  private static final Frame END = new Frame((byte) -2, new byte[0]);

  private final BlockingQueue<Frame> toAgent = new LinkedBlockingQueue<>();
  private final List<Frame> fromAgent = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What the client sends. */
  public void client(Frame frame) {
    toAgent.add(frame);
  }

  /** The client leaves. */
  public void leave() {
    toAgent.add(END);
  }

  public boolean awaitClose(long seconds) throws InterruptedException {
    return closed.await(seconds, TimeUnit.SECONDS);
  }

  public String text(byte channel) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    fromAgent.stream().filter(f -> f.channel() == channel).forEach(f -> all.writeBytes(f.data()));
    return all.toString(StandardCharsets.UTF_8);
  }

  @Override
  public boolean send(Frame frame) {
    fromAgent.add(frame);
    return true;
  }

  @Override
  public Optional<Frame> receive() {
    try {
      Frame frame = toAgent.take();
      return frame == END ? Optional.empty() : Optional.of(frame);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    toAgent.add(END);
  }
}

package dev.ballast.core.node;

import java.util.Optional;

/**
 * One open stream between the API and a node's agent. Both calls block (virtual threads): {@code
 * send} until the link takes the frame, so a slow reader slows the writer and nothing piles up.
 *
 * <p>One sender and one receiver thread at a time; {@link #close} may come from any.
 */
public interface NodeStream extends AutoCloseable {

  /** False when the other side is gone; further sends are pointless. */
  boolean send(Frame frame);

  /** The next frame, or empty when the other side has closed. */
  Optional<Frame> receive();

  @Override
  void close();
}

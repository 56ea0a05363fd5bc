package dev.ballast.api.rest;

import java.util.List;

/** Where a watch writes to. One writing thread. */
interface EventSink extends AutoCloseable {

  /**
   * Sends events together, each given as its parts. Blocks until the link has taken them.
   *
   * @return false when the client is gone
   */
  boolean send(List<List<byte[]>> events);

  /** Runs once, on any thread, when the client is gone. */
  void onGone(Runnable task);

  @Override
  void close();
}

package dev.ballast.core.node;

import dev.ballast.core.status.Failure;

/**
 * The way from the API to the agents. The agent dials in, so a node needs no inbound port: it holds
 * one control link (the tunnel), and dials one more link for every stream that it is asked to open.
 */
public interface NodeStreams {

  /** Opens a stream, or says why not. Blocks until the node answered, for some seconds at most. */
  Opened open(String node, StreamRequest request);

  sealed interface Opened {
    record Stream(NodeStream stream) implements Opened {}

    /** No tunnel, the node did not answer, or its agent refused. */
    record Failed(Failure failure) implements Opened {}
  }

  /**
   * The agent's side: serves one stream, on a thread of its own, and returns when it is done; the
   * caller then closes the stream.
   */
  interface Handler {
    void serve(StreamRequest request, NodeStream stream);
  }
}

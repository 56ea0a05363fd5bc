package dev.ballast.api.stream;

import dev.ballast.api.server.Refusal;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.node.StreamRequest;

/** Opens a node's stream, or refuses the request with the node's failure. */
final class Opening {

  private Opening() {}

  static NodeStream of(NodeStreams nodes, String node, StreamRequest request) throws Refusal {
    return switch (nodes.open(node, request)) {
      case NodeStreams.Opened.Stream opened -> opened.stream();
      case NodeStreams.Opened.Failed failed -> throw new Refusal(failed.failure());
    };
  }
}

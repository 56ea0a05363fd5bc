package dev.ballast.api.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.stream.PodTerminals.Channels;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.util.Optional;

/**
 * Joins a client's stream to a node's, each way on a thread of its own, until either ends. Only
 * channels that the client asked for pass: some clients die of any other.
 */
final class TerminalLink {

  private static final Failure LOST =
      new Failure(
          500, "InternalError", "the connection to the node was lost before the command ended");

  private final NodeStream client;
  private final NodeStream node;
  private final Channels asked;
  private final boolean halfCloses;
  private final boolean statusOnError;

  /**
   * @param protocol the subprotocol; since the fourth version the error channel carries a Status,
   *     since the fifth the client may close its input alone
   */
  TerminalLink(NodeStream client, NodeStream node, Channels asked, String protocol) {
    this.client = client;
    this.node = node;
    this.asked = asked;
    this.halfCloses = protocol.startsWith("v5.");
    this.statusOnError = protocol.startsWith("v4.") || protocol.startsWith("v5.");
  }

  /** Returns when the node's side has ended. */
  void run(Timers timers) {
    greet();
    timers.execute(this::fromClient);
    fromNode();
  }

  /** An empty message on the lowest channel: the client learns that the link stands. */
  private void greet() {
    byte lowest = asked.stdout() ? Frame.STDOUT : asked.stderr() ? Frame.STDERR : Frame.ERROR;
    client.send(new Frame(lowest, new byte[0]));
  }

  private void fromClient() {
    Optional<Frame> frame = client.receive();
    while (frame.isPresent()) {
      if (passesToNode(frame.get()) && !node.send(frame.get())) {
        return;
      }
      frame = client.receive();
    }
    node.close();
  }

  private boolean passesToNode(Frame frame) {
    return switch (frame.channel()) {
      case Frame.STDIN -> asked.stdin() && frame.data().length > 0;
      case Frame.RESIZE -> asked.tty();
      case Frame.CLOSE ->
          halfCloses && asked.stdin() && frame.data().length == 1 && frame.data()[0] == Frame.STDIN;
      default -> false;
    };
  }

  private void fromNode() {
    boolean told = false;
    Optional<Frame> frame = node.receive();
    while (frame.isPresent() && !told) {
      told = frame.get().channel() == Frame.ERROR;
      if (!toClient(frame.get())) {
        return;
      }
      frame = told ? frame : node.receive();
    }
    if (!told) {
      toClient(Failures.frame(LOST));
    }
  }

  private boolean toClient(Frame frame) {
    return switch (frame.channel()) {
      case Frame.STDOUT -> !asked.stdout() || client.send(frame);
      case Frame.STDERR -> !asked.stderr() || client.send(frame);
      case Frame.ERROR -> client.send(statusOnError ? frame : asText(frame));
      default -> true;
    };
  }

  /** Before the fourth version: the error's message, and nothing where all went well. */
  private static Frame asText(Frame frame) {
    try {
      JsonNode status = Json.MAPPER.readTree(frame.data());
      return Frame.text(
          Frame.ERROR,
          status.path("status").asText().equals("Success") ? "" : status.path("message").asText());
    } catch (IOException alreadyText) {
      return frame;
    }
  }
}

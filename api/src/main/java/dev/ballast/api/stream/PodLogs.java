package dev.ballast.api.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET pods/NAME/log}: the node's log bytes as they come, no faster than the client reads.
 */
final class PodLogs {

  private static final Logger LOG = LoggerFactory.getLogger(PodLogs.class);
  private static final String TEXT = "text/plain";

  /** How long a quiet container may keep the client waiting for the answer's head. */
  private static final Duration HEAD_AFTER = Duration.ofSeconds(1);

  private final Pods pods;
  private final NodeStreams nodes;
  private final Timers timers;

  PodLogs(Pods pods, NodeStreams nodes, Timers timers) {
    this.pods = pods;
    this.nodes = nodes;
    this.timers = timers;
  }

  void serve(Exchange exchange) throws Refusal {
    if (!exchange.info().verb().equals("get")) {
      throw Failures.methodNotAllowed();
    }
    LogOptions options = LogOptions.read(exchange);
    Pods.Target pod = pods.find(exchange.info().namespace(), exchange.info().name());
    String container = pod.container(options.container());
    if (pod.node().isEmpty()) {
      exchange.send(200, TEXT);
      return;
    }
    checkStarted(pod, container, options.previous());
    try (NodeStream stream = Opening.of(nodes, pod.node(), options.request(pod, container))) {
      copy(stream, new Answer(exchange, stream));
    }
  }

  /** As the kubelet words it for a container that has not run yet. */
  private static void checkStarted(Pods.Target pod, String container, boolean previous)
      throws Refusal {
    JsonNode status = pod.statusOf(container);
    boolean ranBefore = status.path("lastState").path("terminated").isObject();
    String quoted = "container \"" + container + "\" in pod \"" + pod.name() + "\"";
    if (previous && !ranBefore) {
      throw Failures.badRequest("previous terminated " + quoted + " not found");
    }
    JsonNode waiting = status.path("state").path("waiting");
    if (ranBefore || status.path("state").path("running").isObject()) {
      return;
    }
    if (waiting.isObject()) {
      throw Failures.badRequest(quoted + " is waiting to start: " + why(waiting));
    }
    if (status.isMissingNode()) {
      throw Failures.badRequest(quoted + " is waiting to start: ContainerCreating");
    }
  }

  private static String why(JsonNode waiting) {
    String reason = waiting.path("reason").asText("ContainerCreating");
    return switch (reason) {
      case "ErrImagePull" -> "trying and failing to pull image";
      case "ImagePullBackOff" -> "image can't be pulled";
      default -> reason;
    };
  }

  private void copy(NodeStream stream, Answer answer) throws Refusal {
    Timers.Scheduled head = timers.schedule(HEAD_AFTER, answer::output);
    try {
      while (true) {
        Optional<Frame> frame = stream.receive();
        if (frame.isEmpty()) {
          break;
        }
        if (frame.get().channel() == Frame.ERROR) {
          answer.failed(Failures.read(frame.get()));
          break;
        }
        if (frame.get().channel() == Frame.STDOUT && !answer.output().write(frame.get().data())) {
          break;
        }
      }
      answer.end();
    } finally {
      head.cancel();
    }
  }

  /**
   * The answer, opened by the first bytes or by time, whichever comes first; until then a failure
   * of the node can still be told as such.
   */
  private static final class Answer {

    private final Exchange exchange;
    private final NodeStream stream;
    private Exchange.Output output;
    private boolean refused;

    Answer(Exchange exchange, NodeStream stream) {
      this.exchange = exchange;
      this.stream = stream;
    }

    synchronized Exchange.Output output() {
      if (output == null && !refused) {
        output = exchange.stream(200, TEXT);
        output.onEnd(stream::close);
      }
      return output;
    }

    synchronized void failed(Failure failure) throws Refusal {
      if (output == null) {
        refused = true;
        throw new Refusal(failure);
      }
      LOG.info("log of {} broke off: {}", exchange.info().path(), failure.message());
    }

    synchronized void end() {
      output().close();
    }
  }
}

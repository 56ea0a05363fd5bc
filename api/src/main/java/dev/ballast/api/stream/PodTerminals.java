package dev.ballast.api.stream;

import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.socket.FrameSocket;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Timers;
import java.util.List;

/**
 * {@code pods/NAME/exec} and {@code attach} over WebSocket, in the protocols of Kubernetes' {@code
 * channel.k8s.io}. SPDY is refused with a word on what to do.
 */
final class PodTerminals {

  /** Known subprotocols, best first; a client that names none speaks the first version. */
  static final List<String> PROTOCOLS =
      List.of(
          "v5.channel.k8s.io",
          "v4.channel.k8s.io",
          "channel.k8s.io",
          "v4.base64.channel.k8s.io",
          "base64.channel.k8s.io");

  private final Pods pods;
  private final NodeStreams nodes;
  private final Timers timers;

  PodTerminals(Pods pods, NodeStreams nodes, Timers timers) {
    this.pods = pods;
    this.nodes = nodes;
    this.timers = timers;
  }

  void exec(Exchange exchange) throws Refusal {
    Pods.Target pod = target(exchange);
    String container = pod.container(exchange.query("container"));
    Channels asked = channels(exchange, exchange.flag("tty"));
    List<String> command = exchange.queries("command");
    if (command.isEmpty()) {
      throw Failures.badRequest("you must specify at least one command for the container");
    }
    connect(
        exchange,
        asked,
        pod.node(),
        new StreamRequest.Exec(
            pod.namespace(),
            pod.name(),
            pod.uid(),
            container,
            command,
            asked.stdin(),
            asked.stdout(),
            asked.stderr(),
            asked.tty()));
  }

  /** Whether there is a terminal is the container's affair: its process has one or has none. */
  void attach(Exchange exchange) throws Refusal {
    Pods.Target pod = target(exchange);
    String container = pod.container(exchange.query("container"));
    Channels asked = channels(exchange, pod.hasTerminal(container));
    connect(
        exchange,
        asked,
        pod.node(),
        new StreamRequest.Attach(
            pod.namespace(),
            pod.name(),
            pod.uid(),
            container,
            asked.stdin(),
            asked.stdout(),
            asked.stderr(),
            asked.tty()));
  }

  void portForward(Exchange exchange) throws Refusal {
    target(exchange);
    throw new Refusal(
        new Failure(
            415,
            "UnsupportedMediaType",
            "port-forward is not served yet; reach the port through the proxy, with kubectl proxy"
                + " or kubectl get --raw"));
  }

  private Pods.Target target(Exchange exchange) throws Refusal {
    return pods.find(exchange.info().namespace(), exchange.info().name()).mustBeBound();
  }

  /** With a terminal there is no separate stderr. */
  private static Channels channels(Exchange exchange, boolean tty) throws Refusal {
    Channels asked =
        new Channels(
            exchange.flag("stdin"), exchange.flag("stdout"), exchange.flag("stderr") && !tty, tty);
    if (!asked.stdin() && !asked.stdout() && !asked.stderr()) {
      throw Failures.badRequest("you must specify at least 1 of stdin, stdout, stderr");
    }
    return asked;
  }

  /**
   * The last check: a client whose WebSocket was refused asks again by SPDY and shows that refusal,
   * which must then be about what is really wrong.
   */
  private static void checkUpgrade(Exchange exchange) throws Refusal {
    if (exchange.header("Upgrade").toUpperCase().startsWith("SPDY")) {
      throw new Refusal(
          new Failure(
              415,
              "UnsupportedMediaType",
              "SPDY streams are not served: use a client that speaks WebSocket (kubectl 1.30 or"
                  + " newer; with 1.29 set KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true)"));
    }
    if (!exchange.wantsWebSocket()) {
      throw Failures.badRequest("Upgrade request required: ask for a WebSocket with GET");
    }
    String offered = exchange.header("Sec-WebSocket-Protocol");
    if (!offered.isEmpty()
        && List.of(offered.split("\\s*,\\s*")).stream().noneMatch(PROTOCOLS::contains)) {
      throw Failures.badRequest(
          "none of the offered subprotocols (" + offered + ") is served: " + PROTOCOLS);
    }
  }

  private void connect(Exchange exchange, Channels asked, String node, StreamRequest request)
      throws Refusal {
    checkUpgrade(exchange);
    try (NodeStream stream = Opening.of(nodes, node, request)) {
      try (FrameSocket client = FrameSocket.accept(exchange)) {
        new TerminalLink(client, stream, asked, client.protocol()).run(timers);
      }
    }
  }

  /** What the client asked to be joined to. */
  record Channels(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}
}

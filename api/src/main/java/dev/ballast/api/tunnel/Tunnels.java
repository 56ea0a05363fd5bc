package dev.ballast.api.tunnel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.api.socket.FrameSocket;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.User;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to the nodes. Each agent holds one control link here; to open a stream, the server sends
 * its number over that link, and the agent dials a link of its own for it. Of two control links of
 * one node the newer wins, for the older is a leftover. A control link also takes the renewals of
 * the node's lease. Thread-safe; {@link #open} blocks.
 */
public final class Tunnels implements NodeStreams, Routes {

  private static final Logger LOG = LoggerFactory.getLogger(Tunnels.class);

  /** How long an agent may take to dial. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private record Asked(Tunnel tunnel, CompletableFuture<Opened> answer) {}

  private final Map<String, Tunnel> tunnels = new ConcurrentHashMap<>();
  private final Map<String, Asked> asked = new ConcurrentHashMap<>();
  private final Rounds<Tunnel> listening;
  private final Renewals renewals;
  private final Timers timers;
  private final Ids ids;
  private final Telemetry telemetry;

  /**
   * @param ids secure ones: whoever guesses a stream's number before its node dials could take it
   */
  public Tunnels(Renewals renewals, Timers timers, Ids ids, Telemetry telemetry) {
    this.renewals = renewals;
    this.timers = timers;
    this.ids = ids;
    this.telemetry = telemetry;
    listening = new Rounds<>(Tunnel.LISTEN, tunnels.values(), Tunnel::listen, timers, telemetry);
    telemetry.gauge("ballast_tunnels", tunnels::size);
    telemetry.gauge(
        "ballast_tunnel_open_streams",
        () -> tunnels.values().stream().mapToInt(Tunnel::streams).sum());
  }

  @Override
  public void install(RouteTable table) {
    table.subresource("ballast.dev", "nodes", "tunnel", this::serve);
  }

  @Override
  public Opened open(String node, StreamRequest request) {
    Tunnel tunnel = tunnels.get(node);
    if (tunnel == null) {
      return failed(
          "no_tunnel",
          500,
          "InternalError",
          "node \""
              + node
              + "\" has no tunnel open: its agent is down, or cannot reach the API server");
    }
    String id = ids.uid();
    CompletableFuture<Opened> answer = new CompletableFuture<>();
    asked.put(id, new Asked(tunnel, answer));
    ObjectNode message = Json.object().put("stream", id);
    message.set("request", Json.MAPPER.valueToTree(request));
    tunnel.tell(message.toString());
    Timers.Scheduled timeout = timers.schedule(PATIENCE, () -> answer.complete(late(node)));
    try {
      return answer.join();
    } finally {
      timeout.cancel();
      asked.remove(id);
    }
  }

  private Opened late(String node) {
    return failed(
        "timeout",
        504,
        "Timeout",
        "the agent of node \"" + node + "\" did not answer within " + PATIENCE.toSeconds() + "s");
  }

  private Opened failed(String outcome, int code, String reason, String why) {
    telemetry.count("ballast_tunnel_opens_total", 1, "outcome", outcome);
    return new Opened.Failed(new Failure(code, reason, "error dialing backend: " + why));
  }

  private void serve(Exchange exchange) throws Refusal {
    String node = exchange.info().name();
    if (exchange.user().node().filter(node::equals).isEmpty()) {
      throw new Refusal(
          new Failure(
              403,
              "Forbidden",
              "user \""
                  + exchange.user().name()
                  + "\" may not hold the tunnel of node \""
                  + node
                  + "\": only the node itself may"));
    }
    if (exchange.info().rest().isEmpty()) {
      control(exchange.user(), exchange);
    } else {
      stream(node, exchange.info().rest().substring(1), exchange);
    }
  }

  private void control(User user, Exchange exchange) throws Refusal {
    String node = exchange.info().name();
    exchange.upgrade(
        socket -> {
          Tunnel tunnel =
              new Tunnel(
                  user, socket, Vertx.currentContext(), renewals, timers, telemetry, this::lost);
          Tunnel older = tunnels.put(node, tunnel);
          tunnel.start();
          listening.begin();
          if (older != null) {
            older.close();
          }
        });
    LOG.info("node {} opened its tunnel", node);
  }

  private void lost(Tunnel tunnel) {
    if (tunnels.remove(tunnel.node(), tunnel)) {
      renewals.forget(tunnel.node());
      LOG.info("the tunnel of node {} is closed", tunnel.node());
    }
    asked.forEach(
        (id, waiting) -> {
          if (waiting.tunnel() == tunnel) {
            waiting
                .answer()
                .complete(
                    failed(
                        "lost",
                        500,
                        "InternalError",
                        "the tunnel of node \"" + tunnel.node() + "\" broke"));
          }
        });
  }

  private void stream(String node, String id, Exchange exchange) throws Refusal {
    Asked waiting = asked.get(id);
    if (waiting == null || !waiting.tunnel().node().equals(node) || !asked.remove(id, waiting)) {
      throw new Refusal(
          new Failure(404, "NotFound", "nobody waits for this stream of node \"" + node + "\""));
    }
    Tunnel tunnel = waiting.tunnel();
    NodeStream stream = new OfTunnel(FrameSocket.accept(exchange), tunnel);
    tunnel.add(stream);
    telemetry.count("ballast_tunnel_opens_total", 1, "outcome", "open");
    if (!waiting.answer().complete(new Opened.Stream(stream))) {
      stream.close();
    }
  }

  /** A stream that leaves its tunnel's list when it is closed. */
  private record OfTunnel(FrameSocket socket, Tunnel tunnel) implements NodeStream {
    @Override
    public boolean send(Frame frame) {
      return socket.send(frame);
    }

    @Override
    public Optional<Frame> receive() {
      return socket.receive();
    }

    @Override
    public void close() {
      tunnel.remove(this);
      socket.close();
    }
  }
}

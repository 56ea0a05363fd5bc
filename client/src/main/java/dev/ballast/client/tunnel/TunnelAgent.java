package dev.ballast.client.tunnel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.client.ApiClient;
import dev.ballast.client.Backoff;
import dev.ballast.core.node.LeaseRenewals;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's end of the tunnel: holds one control link to a server, and for every stream that comes
 * asked over it dials one more and gives it to the handler, on a thread of its own. The node's
 * lease is renewed over the control link too, where the server takes that. A lost control link ends
 * the streams that came over it, and is dialled again for ever, on the next server if there are
 * several. Thread-safe.
 */
public final class TunnelAgent implements LeaseRenewals, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TunnelAgent.class);

  /**
   * A link that stood this long was a good one. Two agents of one name push each other out; they
   * must do so ever more slowly.
   */
  private static final Duration STEADY = Duration.ofSeconds(10);

  private final ApiClient client;
  private final Supplier<List<URI>> servers;
  private final String path;
  private final NodeStreams.Handler handler;
  private final Timers timers;
  private final Telemetry telemetry;
  private final Backoff backoff;
  private final Renewing renewing;
  private final Set<SocketStream> streams = ConcurrentHashMap.newKeySet();

  /** Which server is dialled next; moves on at every failure. */
  private final AtomicInteger turn = new AtomicInteger();

  private volatile ControlLink link;
  private volatile Now openedAt;
  private volatile boolean closed;

  /**
   * @param node the node's name, under which the API asks for streams
   * @param random scatters the returns to a restarted server
   */
  public TunnelAgent(
      ApiClient client,
      String node,
      NodeStreams.Handler handler,
      Timers timers,
      RandomGenerator random,
      Telemetry telemetry) {
    this(client, client::servers, node, handler, timers, random, telemetry);
  }

  /**
   * @param servers which of them to dial, in turn
   */
  TunnelAgent(
      ApiClient client,
      Supplier<List<URI>> servers,
      String node,
      NodeStreams.Handler handler,
      Timers timers,
      RandomGenerator random,
      Telemetry telemetry) {
    this.client = client;
    this.servers = servers;
    this.path = "/apis/ballast.dev/v1/nodes/" + node + "/tunnel";
    this.handler = handler;
    this.timers = timers;
    this.telemetry = telemetry;
    this.backoff = Backoff.forLinks(random);
    this.renewing = new Renewing(timers);
  }

  /** Dials, and keeps dialling; returns at once. */
  public void start() {
    timers.execute(this::dial);
  }

  /** Whether the control link stands now. */
  public boolean isConnected() {
    ControlLink now = link;
    return now != null && now.isOpen();
  }

  /** Whether the control link stands, to a server that takes renewals. */
  boolean takesRenewals() {
    ControlLink now = link;
    return now != null && now.takesRenewals();
  }

  @Override
  public boolean renew(String renewTime) {
    ControlLink now = link;
    return now != null && now.takesRenewals() && renewing.renew(now, renewTime);
  }

  @Override
  public void close() {
    closed = true;
    ControlLink now = link;
    if (now != null) {
      now.close();
    }
    streams.forEach(SocketStream::close);
  }

  private void dial() {
    if (closed) {
      return;
    }
    List<URI> dialled = servers.get();
    URI server = dialled.get(Math.floorMod(turn.get(), dialled.size()));
    ControlLink fresh = new ControlLink(timers, text -> asked(server, text), () -> lost(server));
    link = fresh;
    try {
      client.webSocket(server, path, List.of(PROTOCOL), fresh).join();
      openedAt = timers.now();
      LOG.info("tunnel to {} is open", server);
      telemetry.count("ballast_tunnel_dials_total", 1, "outcome", "open");
      if (closed) {
        fresh.close();
      }
    } catch (CompletionException e) {
      LOG.warn("cannot open the tunnel to {}: {}", server, reason(e));
      telemetry.count("ballast_tunnel_dials_total", 1, "outcome", "failed");
      again();
    }
  }

  /** The link is gone, and with it whoever asked for the streams. */
  private void lost(URI server) {
    if (!closed) {
      LOG.info("tunnel to {} is lost; dialling again", server);
      Now opened = openedAt;
      if (opened != null && timers.now().since(opened).compareTo(STEADY) >= 0) {
        backoff.reset();
      }
      again();
    }
    renewing.lost();
    streams.forEach(SocketStream::abort);
  }

  private void again() {
    turn.incrementAndGet();
    if (!closed) {
      timers.schedule(backoff.next(), this::dial);
    }
  }

  private void asked(URI server, String text) {
    try {
      JsonNode message = Json.MAPPER.readTree(text);
      if (renewing.take(message)) {
        return;
      }
      String id = message.path("stream").asText();
      StreamRequest request = Json.MAPPER.treeToValue(message.path("request"), StreamRequest.class);
      timers.execute(() -> serve(server, id, request));
    } catch (IOException e) {
      LOG.warn("the server asked for a stream in words this agent does not know", e);
    }
  }

  private void serve(URI server, String id, StreamRequest request) {
    SocketStream stream = new SocketStream(timers);
    streams.add(stream);
    try {
      client.webSocket(server, path + "/" + id, List.of(), stream).join();
      handler.serve(request, stream);
    } catch (CompletionException e) {
      LOG.warn("cannot dial the stream for {}: {}", request, reason(e));
    } catch (RuntimeException e) {
      LOG.error("serving {} failed", request, e);
      telemetry.count("ballast_tunnel_stream_failures_total", 1);
    } finally {
      stream.close();
      streams.remove(stream);
    }
  }

  private static String reason(CompletionException e) {
    return e.getCause() instanceof WebSocketHandshakeException refused
        ? "the server answered " + refused.getResponse().statusCode()
        : String.valueOf(e.getCause());
  }
}

package dev.ballast.api.tunnel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.resource.Json;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's control link and the streams that came of it, which end with it. It pings when nothing
 * is said, and gives the link up after three pings' silence. Thread-safe.
 */
final class Tunnel implements Renewals.Asking {

  private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);

  /** A node's renewals come more often, so that a link that carries them is never pinged. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  static final Duration LISTEN = Duration.ofSeconds(5);

  private static final Duration DEAD = Duration.ofSeconds(30);

  /** What an agent has to say is short. */
  private static final int LONGEST = 256;

  private final User user;
  private final String node;
  private final ServerWebSocket socket;
  private final Context loop;
  private final Renewals renewals;
  private final Timers timers;
  private final Telemetry telemetry;
  private final Consumer<Tunnel> onLost;
  private final Set<NodeStream> streams = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean lost = new AtomicBoolean();
  private final AtomicBoolean saidNonsense = new AtomicBoolean();
  private volatile Now lastHeard;

  /**
   * @param user a node
   * @param loop of the socket
   */
  Tunnel(
      User user,
      ServerWebSocket socket,
      Context loop,
      Renewals renewals,
      Timers timers,
      Telemetry telemetry,
      Consumer<Tunnel> onLost) {
    this.user = user;
    this.node = user.node().orElseThrow();
    this.socket = socket;
    this.loop = loop;
    this.renewals = renewals;
    this.timers = timers;
    this.telemetry = telemetry;
    this.onLost = onLost;
    this.lastHeard = timers.now();
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public String uid() {
    return user.uid();
  }

  @Override
  public boolean gone() {
    return lost.get();
  }

  /** Sets the socket's handlers and lets it flow. */
  void start() {
    socket.pongHandler(pong -> lastHeard = timers.now());
    socket.handler(anything -> lastHeard = timers.now());
    socket.textMessageHandler(this::told);
    socket.exceptionHandler(error -> close());
    socket.closeHandler(nothing -> lost());
    socket.resume();
  }

  /** To be called every {@link #LISTEN}. */
  void listen(Now now) {
    Duration silence = now.since(lastHeard);
    if (silence.compareTo(DEAD) >= 0) {
      close();
    } else if (silence.compareTo(QUIET) >= 0) {
      socket.writePing(Buffer.buffer());
    }
  }

  /** Takes what the agent said. */
  void told(String text) {
    if (text.length() > LONGEST) {
      notUnderstood(text.length() + " characters");
      return;
    }
    try {
      JsonNode time = Json.MAPPER.readTree(text).path("renew");
      if (time.isTextual()) {
        renewals.ask(this, time.asText());
      }
    } catch (JsonProcessingException e) {
      notUnderstood("what is no JSON (" + e.getOriginalMessage() + ")");
    }
  }

  /** In the log once: a node could fill the disk with it. */
  private void notUnderstood(String what) {
    telemetry.count("ballast_tunnel_unreadable_words_total", 1);
    if (saidNonsense.compareAndSet(false, true)) {
      LOG.warn("node {} said {} on its tunnel; more of that is only counted", node, what);
    }
  }

  @Override
  public void renewed(String time, boolean done) {
    tell(Json.object().put(done ? "renewed" : "notRenewed", time).toString());
  }

  @Override
  public void onLoop(Runnable task) {
    try {
      loop.runOnContext(now -> task.run());
    } catch (RejectedExecutionException stopping) {
      // the server is closing, and its tunnels with it
    }
  }

  /** Asks the agent for something; what becomes of it shows when it dials. */
  void tell(String text) {
    socket.writeTextMessage(text);
  }

  void add(NodeStream stream) {
    streams.add(stream);
    if (lost.get()) {
      stream.close();
    }
  }

  void remove(NodeStream stream) {
    streams.remove(stream);
  }

  int streams() {
    return streams.size();
  }

  void close() {
    socket.close();
    lost();
  }

  private void lost() {
    if (lost.compareAndSet(false, true)) {
      streams.forEach(NodeStream::close);
      onLost.accept(this);
    }
  }
}

package dev.ballast.client.tunnel;

import dev.ballast.client.ApiClient;
import dev.ballast.core.node.LeaseRenewals;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A node's tunnels: one to every member, so that each can stream to the node by itself, whichever a
 * person asked. Looks from time to time who the members are. The lease is renewed over one of them.
 * Thread-safe.
 */
public final class TunnelFleet implements LeaseRenewals, AutoCloseable {

  private static final Duration LOOK = Duration.ofSeconds(15);

  /** How many are asked to renew the lease before it is written: one may be silent. */
  private static final int WAYS = 2;

  private final ApiClient client;
  private final String node;
  private final NodeStreams.Handler handler;
  private final Timers timers;
  private final RandomGenerator random;
  private final Telemetry telemetry;
  private final Map<URI, TunnelAgent> tunnels = new LinkedHashMap<>();

  /** Which of them renewed the lease last, and is asked first. */
  private volatile TunnelAgent proven;

  private boolean closed;

  public TunnelFleet(
      ApiClient client,
      String node,
      NodeStreams.Handler handler,
      Timers timers,
      RandomGenerator random,
      Telemetry telemetry) {
    this.client = client;
    this.node = node;
    this.handler = handler;
    this.timers = timers;
    this.random = random;
    this.telemetry = telemetry;
  }

  /** Dials, and keeps dialling; returns at once. */
  public void start() {
    settle();
    timers.execute(this::look);
  }

  private void look() {
    client.learnServers();
    if (settle()) {
      timers.schedule(LOOK, this::look);
    }
  }

  private synchronized boolean settle() {
    if (closed) {
      return false;
    }
    List<URI> servers = client.servers();
    for (URI server : servers) {
      tunnels.computeIfAbsent(server, this::dial);
    }
    tunnels
        .entrySet()
        .removeIf(
            tunnel -> {
              boolean over = !servers.contains(tunnel.getKey());
              if (over) {
                tunnel.getValue().close();
              }
              return over;
            });
    return true;
  }

  private TunnelAgent dial(URI server) {
    TunnelAgent tunnel =
        new TunnelAgent(client, () -> List.of(server), node, handler, timers, random, telemetry);
    tunnel.start();
    return tunnel;
  }

  @Override
  public boolean renew(String renewTime) {
    for (TunnelAgent way : waysToRenew()) {
      if (way.renew(renewTime)) {
        proven = way;
        return true;
      }
    }
    return false;
  }

  private synchronized List<TunnelAgent> waysToRenew() {
    return tunnels.values().stream()
        .filter(TunnelAgent::takesRenewals)
        .sorted(Comparator.comparing(way -> way != proven))
        .limit(WAYS)
        .toList();
  }

  @Override
  public synchronized void close() {
    closed = true;
    tunnels.values().forEach(TunnelAgent::close);
  }
}

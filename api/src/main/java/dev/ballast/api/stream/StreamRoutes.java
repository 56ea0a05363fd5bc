package dev.ballast.api.stream;

import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.time.Timers;
import java.util.List;
import java.util.random.RandomGenerator;

/** Enters the endpoints that reach into pods. */
public final class StreamRoutes implements Routes {

  private final PodLogs logs;
  private final PodTerminals terminals;
  private final Proxies proxies;

  /**
   * @param known finds the pods: their logs are wanted most when something is wrong
   * @param random picks among a service's endpoints
   */
  public StreamRoutes(
      ResourceStore store,
      BestKnown known,
      NodeStreams nodes,
      Timers timers,
      RandomGenerator random) {
    Pods pods = new Pods(known);
    this.logs = new PodLogs(pods, nodes, timers);
    this.terminals = new PodTerminals(pods, nodes, timers);
    this.proxies = new Proxies(pods, new ServiceBackends(store, pods, random), nodes, timers);
  }

  /** What the server must offer in WebSocket handshakes, best first. */
  public static List<String> subprotocols() {
    return PodTerminals.PROTOCOLS;
  }

  @Override
  public void install(RouteTable table) {
    table.subresource("", "pods", "log", logs::serve);
    table.subresource("", "pods", "exec", terminals::exec);
    table.subresource("", "pods", "attach", terminals::attach);
    table.subresource("", "pods", "portforward", terminals::portForward);
    table.subresource("", "pods", "proxy", proxies::pod);
    table.subresource("", "services", "proxy", proxies::service);
  }
}

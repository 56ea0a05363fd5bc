package dev.ballast.app;

import dev.ballast.client.ApiClient;
import dev.ballast.client.Trust;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.elasticpool.kwok.KwokHost;
import dev.ballast.executor.agent.AgentConfig;
import dev.ballast.metrics.PrometheusTelemetry;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Everything that {@code ballast up} runs: the control plane, and the agent of this machine's node,
 * which reaches it through TLS like every other. Closing leaves containers running.
 */
final class Server implements AutoCloseable {

  private final Parts parts = new Parts();
  private final ServerOptions options;
  private final SecureRandom random = new SecureRandom();
  private final SystemTimers timers;
  private final PrometheusTelemetry telemetry;
  private final Ids ids;
  private final List<String> notices = new ArrayList<>();
  private ControlPlane control;
  private ApiClient admin;

  private Server(ServerOptions options) {
    this.options = options;
    this.timers = parts.add(new SystemTimers());
    this.telemetry = parts.add(new PrometheusTelemetry());
    this.ids = new RandomIds(random);
  }

  /**
   * Returns when the API serves.
   *
   * @throws StartFailure in words for a person, with nothing left running
   */
  static Server start(ServerOptions options) {
    options.check();
    Server server = new Server(options);
    try {
      server.open();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e instanceof StoreUnavailableException
          ? new StartFailure("cannot start: " + e.getMessage(), e)
          : e;
    }
  }

  private void open() {
    control = parts.add(ControlPlane.start(options, timers, ids, random, telemetry));
    URI url = URI.create(control.url());
    var trust = Trust.ofPem(control.keys().authority().certificatePem());
    String adminToken = control.keys().own().admin().token();
    admin = parts.add(new ApiClient(List.of(url), trust, () -> adminToken, timers));
    Agents agents =
        new Agents(
            List.of(url),
            trust,
            control.keys().own().node().secret(),
            timers,
            ids,
            random,
            telemetry);
    String name = nodeName(options);
    AgentConfig config = AgentConfig.of(name, Agents.directory(options.data, name), url);
    startNode(agents, config);
    if (options.simulatedNodes > 0) {
      parts.add(
          SimulatedNodes.pool(
              agents,
              url,
              options.data,
              control.isFirstMember() ? "" : name,
              options.simulatedNodes,
              timers,
              telemetry));
    }
    parts
        .add(
            new KwokHost(
                control.followed(),
                control.memberId(),
                new SimulatedMachines(agents, url, options.data, timers),
                timers,
                telemetry))
        .start();
    if (control.members() == 2) {
      notices.add(Membership.TWO);
    }
    noticeWhetherCurrent();
    notices.add("everything authenticated may do everything (access rules come later)");
  }

  /** Containers and reads that may be old do not wait for the others to be there. */
  private void noticeWhetherCurrent() {
    try {
      control.confirm();
    } catch (StoreUnavailableException e) {
      notices.add(
          "until a majority of the members runs, only reads with resourceVersion=0 are served, and they may be old (%s)"
              .formatted(e.getMessage()));
    }
  }

  /**
   * A machine that lost its disk has lost its node's key, too. The control plane runs all the same:
   * without it nobody could delete the Node.
   */
  private void startNode(Agents agents, AgentConfig config) {
    String cluster = control.clusterId();
    try {
      parts.add(
          switch (options.runtime) {
            case docker -> agents.start(config, Agents.docker(cluster, timers));
            case simulated ->
                agents.start(config, SimulatedNodes.runtime(config.nodeName(), timers));
          });
    } catch (Agents.NameTaken e) {
      notices.add(
          "this machine runs no pods: %s. If it was this one: kubectl delete node %s, and start this again"
              .formatted(e.getMessage(), config.nodeName()));
    }
  }

  /** {@code https://HOST:PORT}. */
  String url() {
    return control.url();
  }

  /** What whoever started this should know. */
  List<String> notices() {
    return List.copyOf(notices);
  }

  /** A client with the administrator's rights. */
  ApiClient admin() {
    return admin;
  }

  private static String nodeName(ServerOptions options) {
    return options.nodeName != null ? options.nodeName : hostName();
  }

  /** This machine's name in the form of a node's name. */
  static String hostName() {
    try {
      String host = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
      return host.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?") ? host : "node";
    } catch (UnknownHostException nameless) {
      return "node";
    }
  }

  @Override
  public void close() {
    if (control != null) {
      control.handOver();
    }
    parts.close();
  }
}

package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.RuntimeInfo;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.node.LeaseRenewals;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.executor.assemble.Containers;
import dev.ballast.executor.assemble.Dns;
import dev.ballast.executor.assemble.PodFacts;
import dev.ballast.executor.assemble.SeccompProfiles;
import dev.ballast.executor.assemble.ServiceVariables;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.stream.StreamHandler;
import dev.ballast.executor.volume.CheckedFiles;
import dev.ballast.executor.volume.DiskFiles;
import dev.ballast.executor.volume.PodFiles;
import dev.ballast.executor.volume.SeccompFolder;
import dev.ballast.executor.volume.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's agent. It needs no memory of its own: started again, it finds its containers by their
 * labels and goes on. {@link #close} leaves containers running.
 */
public final class NodeAgent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration STATUS = Duration.ofMinutes(5);

  private final AgentConfig config;
  private final ContainerRuntime runtime;
  private final Timers timers;
  private final Mirror podMirror;
  private final Mirror services;
  private final Pods pods;
  private final LeaseKeeper lease;
  private final NodeReporter reporter;
  private final StreamHandler streams;
  private final Optional<ApiRelay> relay;
  private final ContainerRuntime.Subscription events;
  private volatile RuntimeInfo machine;
  private final ImageCleaner images;
  private final List<Telemetry.Registered> figures;
  private volatile Map<String, Boolean> conditions = Map.of();
  private volatile boolean closed;

  private NodeAgent(
      AgentConfig config,
      ResourceStore store,
      Tokens tokens,
      ContainerRuntime runtime,
      Timers timers,
      Ids ids,
      Telemetry telemetry) {
    this.config = config;
    this.runtime = runtime;
    this.timers = timers;
    this.machine = runtime.info();
    String address = HostAddress.of(config.address(), machine.gateway());
    this.relay = openRelay();
    this.reporter =
        new NodeReporter(
            store,
            timers,
            config,
            address,
            relay.map(ApiRelay::address).orElse(""),
            machine.simulated()
                ? MachineIds.simulated(config.nodeName())
                : MachineIds.of(Path.of("/")));
    this.lease = new LeaseKeeper(store, timers, config.nodeName());
    this.services =
        new Mirror(
            store, timers, ResourceType.SERVICES, FieldSelector.EVERYTHING, (key, service) -> {});
    StoreObjects objects = new StoreObjects(store);
    PodFiles files =
        machine.simulated()
            ? new CheckedFiles(objects)
            : new DiskFiles(
                config.data(),
                Path.of("/dev/shm/ballast", config.nodeName()),
                objects,
                tokens,
                timers);
    this.images = new ImageCleaner(runtime, telemetry, config.data().resolve("pulled-images"));
    Context context =
        new Context(
            store,
            runtime,
            machine,
            timers,
            telemetry,
            new EventRecorder(store, timers, ids, telemetry, config.nodeName()),
            files,
            new Containers(objects, machine.memoryBytes(), config.logs(), seccomp(config, machine)),
            new Checks(runtime, timers),
            new PullSecrets(objects),
            images,
            address,
            () -> machine.simulated() ? Dns.NONE : NodeResolver.of(Path.of("/")),
            config.relist(),
            (pod, podAddress) -> facts(pod, podAddress, address));
    this.podMirror =
        new Mirror(
            store,
            timers,
            ResourceType.PODS,
            FieldSelector.equal("spec.nodeName", config.nodeName()),
            (key, document) -> pods().changed(key, document));
    this.pods = new Pods(context, podMirror::isSynced);
    this.streams = new StreamHandler(runtime, timers, (ns, name, uid) -> pods.find(ns, name, uid));
    this.events = runtime.events(pods::happened);
    this.figures =
        List.of(
            telemetry.gauge(
                "kubelet_running_pods", () -> pods.all().size(), "node", config.nodeName()),
            telemetry.gauge(
                "kubelet_running_containers",
                pods::runningContainers,
                "container_state",
                "running",
                "node",
                config.nodeName()));
  }

  /** Starts an agent; it runs until it is closed. */
  public static NodeAgent start(
      AgentConfig config,
      ResourceStore store,
      Tokens tokens,
      ContainerRuntime runtime,
      Timers timers,
      Ids ids,
      Telemetry telemetry) {
    NodeAgent agent = new NodeAgent(config, store, tokens, runtime, timers, ids, telemetry);
    agent.services.start();
    agent.podMirror.start();
    timers.execute(() -> agent.every(LEASE, agent.lease::renew));
    timers.execute(() -> agent.every(STATUS, agent::report));
    timers.schedule(STATUS, () -> agent.every(STATUS, () -> agent.images.clean(agent.machine)));
    timers.schedule(Duration.ofSeconds(1), () -> agent.every(config.relist(), agent::relist));
    return agent;
  }

  /** Renews the node's lease this way from now on, wherever it is taken. */
  public void renewBy(LeaseRenewals way) {
    lease.renewBy(way);
  }

  /** What serves the API's requests for logs, exec, attach and HTTP on this node. */
  public NodeStreams.Handler streams() {
    return streams;
  }

  private static SeccompProfiles seccomp(AgentConfig config, RuntimeInfo machine) {
    return machine.simulated()
        ? profile -> "{}"
        : new SeccompFolder(config.data().toAbsolutePath().resolve("seccomp"));
  }

  private Pods pods() {
    return pods;
  }

  private Optional<ApiRelay> openRelay() {
    if (machine.simulated() || machine.gateway().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          ApiRelay.open(
              machine.gateway(), config.api(), config.data().resolve("api-relay-port"), timers));
    } catch (IOException e) {
      LOG.warn("pods cannot reach the API: no relay at {} ({})", machine.gateway(), e.getMessage());
      return Optional.empty();
    }
  }

  private PodFacts facts(PodManifest pod, String podAddress, String hostAddress) {
    List<JsonNode> all = services.all().stream().<JsonNode>map(Document::tree).toList();
    boolean links = !Boolean.FALSE.equals(pod.spec().enableServiceLinks());
    return new PodFacts(
        config.nodeName(),
        hostAddress,
        podAddress,
        machine.cpus() * 1000L,
        machine.memoryBytes(),
        machine.diskBytes(),
        ServiceVariables.of(
            pod.metadata().namespace(), all, links, relay.map(ApiRelay::address).orElse("")));
  }

  /** Says soon again what this machine is: its Node may be a new one. */
  public void rejoined() {
    timers.execute(this::report);
  }

  private void report() {
    reporter.report(machine, conditions);
  }

  /** Also notices what the node's status must tell at once. */
  private void relist() {
    boolean up = true;
    try {
      machine = runtime.info();
    } catch (RuntimeUnavailableException e) {
      LOG.warn("{}", e.getMessage());
      up = false;
    }
    Map<String, Boolean> now = Pressures.of(machine, up);
    if (!now.equals(conditions)) {
      conditions = now;
      report();
    }
    if (up) {
      pods.relist();
    }
  }

  private void every(Duration period, Runnable task) {
    if (closed) {
      return;
    }
    Duration next = period;
    try {
      task.run();
    } catch (StoreUnavailableException e) {
      LOG.info("waiting for the API: {}", e.getMessage());
      next = Duration.ofSeconds(1);
    } catch (RuntimeException e) {
      if (closed) {
        LOG.debug("the agent closed meanwhile", e);
        return;
      }
      LOG.error("unexpected failure, trying again", e);
    } finally {
      timers.schedule(next, () -> every(period, task));
    }
  }

  @Override
  public void close() {
    closed = true;
    figures.forEach(Telemetry.Registered::close);
    events.close();
    podMirror.close();
    services.close();
    pods.close();
    relay.ifPresent(ApiRelay::close);
  }
}

package dev.ballast.app.simulation;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.executor.agent.AgentConfig;
import dev.ballast.executor.agent.NodeAgent;
import dev.ballast.executor.simulated.SimulatedMachine;
import dev.ballast.executor.simulated.SimulatedRuntime;
import dev.ballast.executor.volume.Tokens;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One node of the simulation: its engine and its containers outlive its agent. */
final class SimulatedMember {

  private static final Tokens NO_TOKENS =
      request -> new Tokens.Result.Failed(new Failure(404, "NotFound", "no tokens here"));

  final String name;
  final SimulatedRuntime runtime;
  final LinkFaults faults;
  Duration skew = Duration.ZERO;
  Duration slowPull = Duration.ZERO;
  private final SimulatedCluster cluster;
  private SimulatedProcess process;
  private NodeAgent agent;
  private boolean alive;
  private boolean down;
  private Duration quiet = Duration.ZERO;

  SimulatedMember(String name, SimulatedCluster cluster) {
    this.name = name;
    this.cluster = cluster;
    this.runtime = new SimulatedRuntime(name, SimulatedMachine.DEFAULT, cluster.timers);
    this.faults = new LinkFaults(cluster.random, cluster.timers);
  }

  void startAgent() {
    process = new SimulatedProcess(cluster.timers, () -> skew, this::died);
    alive = true;
    process.run(
        () -> {
          try {
            agent = start();
          } catch (RuntimeUnavailableException | StoreUnavailableException e) {
            process.kill();
          }
        });
  }

  private NodeAgent start() {
    return NodeAgent.start(
        AgentConfig.of(name, Path.of("/nowhere"), URI.create("https://127.0.0.1:6443")),
        new Link(cluster.api, process, faults),
        NO_TOKENS,
        cluster.sabotage.engine(
            new SimulatedEngine(
                runtime, process, () -> slowPull, container -> cluster.started(name, container))),
        process,
        cluster.ids,
        Telemetry.NONE);
  }

  /** Something starts it again, as systemd would. */
  private void died() {
    alive = false;
    quiet = cluster.elapsed();
    if (agent != null) {
      agent.close();
      agent = null;
    }
    cluster.timers.schedule(
        Duration.ofMillis(200 + cluster.random.nextInt(4000)), this::startAgent);
  }

  /** kill -9 of the agent: containers run on. */
  void killAgent() {
    process.kill();
  }

  void killAgentAfter(int steps) {
    process.dieAfter(steps);
  }

  /** While the engine is down nobody can talk to it; its containers run on. */
  void engineDown(boolean isDown) {
    down = isDown;
    runtime.down(isDown);
  }

  /** Since when nothing has been wrong with it. */
  Duration quiet() {
    if (!alive || down || !faults.isCalm()) {
      quiet = cluster.elapsed();
    }
    return quiet;
  }

  /** What is there, engine answering or not. */
  List<ContainerState> containers() {
    runtime.down(false);
    List<ContainerState> all = runtime.list();
    runtime.down(down);
    return all;
  }

  void heal() {
    engineDown(false);
    faults.clear();
    runtime.loseEvents(false);
    slowPull = Duration.ZERO;
  }
}

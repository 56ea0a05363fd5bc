package dev.ballast.app.simulation;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.status.Failure;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.executor.agent.AgentConfig;
import dev.ballast.executor.agent.NodeAgent;
import dev.ballast.executor.simulated.SimulatedMachine;
import dev.ballast.executor.simulated.SimulatedRuntime;
import dev.ballast.executor.volume.Tokens;
import dev.ballast.testkit.cluster.FaultyStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** One node of the simulation: its engine outlives its agent. */
final class SimulatedMember {

  private static final Tokens NO_TOKENS =
      request -> new Tokens.Result.Failed(new Failure(404, "NotFound", "no tokens here"));

  final String name;
  final SimulatedRuntime runtime;

  /** What the agent works through. */
  final FaultyStore link;

  private final SimulatedCluster cluster;
  private NodeAgent agent;
  private boolean down;

  SimulatedMember(String name, SimulatedCluster cluster) {
    this.name = name;
    this.cluster = cluster;
    this.runtime = new SimulatedRuntime(name, SimulatedMachine.DEFAULT, cluster.timers);
    this.link = new FaultyStore(cluster.api);
  }

  void startAgent() {
    engineDown(false);
    agent =
        NodeAgent.start(
            AgentConfig.of(name, Path.of("/nowhere"), URI.create("https://127.0.0.1:6443")),
            link,
            NO_TOKENS,
            runtime,
            cluster.timers,
            cluster.ids,
            Telemetry.NONE);
  }

  /** kill -9 of the agent: containers run on. */
  void dropAgent() {
    agent.close();
  }

  /** While the engine is down nobody can talk to it; its containers run on. */
  void engineDown(boolean isDown) {
    down = isDown;
    runtime.down(isDown);
  }

  /** What is there, engine answering or not. */
  List<ContainerState> containers() {
    runtime.down(false);
    List<ContainerState> all = runtime.list();
    runtime.down(down);
    return all;
  }
}

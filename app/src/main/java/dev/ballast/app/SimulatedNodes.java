package dev.ballast.app;

import dev.ballast.core.pool.Machine;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.pool.NodeProvider;
import dev.ballast.core.status.Failure;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.elasticpool.PoolKeeper;
import dev.ballast.elasticpool.StaticPool;
import dev.ballast.executor.agent.AgentConfig;
import dev.ballast.executor.simulated.SimulatedMachine;
import dev.ballast.executor.simulated.SimulatedRuntime;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A provider whose machines are agents in this process that only simulate their containers. They go
 * with the process; the pool makes them anew at the next start. Thread-safe.
 */
final class SimulatedNodes implements NodeProvider, AutoCloseable {

  private static final String POOL = "simulated";

  private record Running(Machine machine, AutoCloseable agent) {}

  private final Agents agents;
  private final URI server;
  private final Path data;
  private final Timers timers;
  private final Map<String, Running> running = new HashMap<>();

  private SimulatedNodes(Agents agents, URI server, Path data, Timers timers) {
    this.agents = agents;
    this.server = server;
    this.data = data;
    this.timers = timers;
  }

  /**
   * A pool of {@code size} such nodes, kept at its size until it is closed. It is this process's
   * own and stays when another member leads, for the nodes cannot move.
   *
   * @param of names its nodes apart from those of the other members; empty for the first member
   */
  static AutoCloseable pool(
      Agents agents,
      URI server,
      Path data,
      String of,
      int size,
      Timers timers,
      Telemetry telemetry) {
    Parts parts = new Parts();
    SimulatedNodes provider = parts.add(new SimulatedNodes(agents, server, data, timers));
    String name = of.isEmpty() ? POOL : of + "-" + POOL;
    StaticPool pool = new StaticPool(name, size, Map.of(), Map.of("ballast.dev/pool", POOL));
    parts.add(new PoolKeeper(pool, provider, timers, telemetry)).start();
    return parts;
  }

  static SimulatedRuntime runtime(String scope, Timers timers) {
    return new SimulatedRuntime(scope, SimulatedMachine.DEFAULT, timers);
  }

  @Override
  public synchronized Listed list() {
    return new Listed.Machines(running.values().stream().map(Running::machine).toList());
  }

  @Override
  public synchronized Created create(MachineSpec spec) {
    Running known = running.get(id(spec.name()));
    if (known != null) {
      return known.machine().spec().token().equals(spec.token())
          ? new Created.Made(known.machine())
          : new Created.Failed(
              new Failure(
                  409,
                  "AlreadyExists",
                  "machine \"%s\" belongs to %s"
                      .formatted(spec.name(), known.machine().spec().token())));
    }
    Machine machine = new Machine(id(spec.name()), spec);
    AgentConfig config =
        AgentConfig.of(spec.name(), Agents.directory(data, spec.name()), server)
            .withLabels(spec.labels());
    try {
      AutoCloseable agent = agents.start(config, runtime(spec.name(), timers));
      running.put(machine.id(), new Running(machine, agent));
      return new Created.Made(machine);
    } catch (Agents.NameTaken e) {
      return new Created.Failed(new Failure(409, "AlreadyExists", e.getMessage()));
    }
  }

  @Override
  public synchronized Deleted delete(String id) {
    Running known = running.remove(id);
    return known == null ? new Deleted.Gone() : ended(known);
  }

  private static Deleted ended(Running known) {
    try {
      known.agent().close();
      return new Deleted.Gone();
    } catch (Exception e) {
      return new Deleted.Failed(new Failure(500, "InternalError", "closing the agent: " + e));
    }
  }

  private static String id(String name) {
    return "simulated://" + name;
  }

  @Override
  public synchronized void close() {
    running.values().forEach(SimulatedNodes::ended);
    running.clear();
  }
}

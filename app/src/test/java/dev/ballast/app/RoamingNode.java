package dev.ballast.app;

import dev.ballast.client.Trust;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.identity.NodeToken;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.executor.agent.AgentConfig;
import dev.ballast.executor.simulated.SimulatedRuntime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What {@code ballast node --server URL,URL,URL} runs, with simulated containers. */
public final class RoamingNode implements AutoCloseable {

  /** How the line begins by which the process says that it is up. */
  public static final String READY = "agent ";

  private final Parts parts = new Parts();
  private final SimulatedRuntime runtime;

  /**
   * @param token the file node-token of a member
   */
  public RoamingNode(String name, List<URI> servers, Path token, Path data) throws IOException {
    SystemTimers timers = parts.add(new SystemTimers());
    runtime = SimulatedNodes.runtime(name, timers);
    SecureRandom random = new SecureRandom();
    NodeToken given = NodeToken.parse(Files.readString(token)).orElseThrow();
    Agents agents =
        new Agents(
            servers,
            Trust.ofPem(Trust.fetch(servers, given)),
            given.secret(),
            timers,
            new RandomIds(random),
            random,
            Telemetry.NONE);
    parts.add(
        agents.start(
            AgentConfig.of(name, Agents.directory(data, name), servers.getFirst()), runtime));
  }

  /** As a process: its name, the server, the file node-token, where it may write. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (RoamingNode node =
        new RoamingNode(
            arguments[0],
            List.of(URI.create(arguments[1])),
            Path.of(arguments[2]),
            Path.of(arguments[3]))) {
      System.out.println(READY + node.runtime);
      new CountDownLatch(1).await();
    }
  }

  /** All that were made under this name and not removed, ended ones too. */
  public List<ContainerState> containers(String name) {
    return runtime.list().stream().filter(each -> each.container().equals(name)).toList();
  }

  @Override
  public void close() {
    parts.close();
  }
}

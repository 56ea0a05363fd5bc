package dev.ballast.app;

import dev.ballast.client.Trust;
import dev.ballast.core.identity.NodeToken;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.executor.agent.AgentConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/** What {@code ballast node --server URL,URL,URL} runs, with simulated containers. */
public final class RoamingNode implements AutoCloseable {

  private final Parts parts = new Parts();

  /**
   * @param token the file node-token of a member
   */
  public RoamingNode(String name, List<URI> servers, Path token, Path data) throws IOException {
    SystemTimers timers = parts.add(new SystemTimers());
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
            AgentConfig.of(name, Agents.directory(data, name), servers.getFirst()),
            SimulatedNodes.runtime(name, timers)));
  }

  @Override
  public void close() {
    parts.close();
  }
}

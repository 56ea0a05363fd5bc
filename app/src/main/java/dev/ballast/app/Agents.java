package dev.ballast.app;

import dev.ballast.client.ApiClient;
import dev.ballast.client.RestStore;
import dev.ballast.client.node.NodeIdentity;
import dev.ballast.client.tunnel.TunnelFleet;
import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.executor.agent.AgentConfig;
import dev.ballast.executor.agent.NodeAgent;
import dev.ballast.executor.docker.DockerRuntime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;

/**
 * Starts node agents, each with a link of its own to the API: the way of an agent on another
 * machine is the only way.
 *
 * @param bootstrap the secret of the node token, by which each agent gets a credential of its own
 */
record Agents(
    List<URI> servers,
    SSLContext trust,
    String bootstrap,
    Timers timers,
    Ids ids,
    RandomGenerator random,
    Telemetry telemetry) {

  /** Another agent's key holds the name of this one's node. */
  static final class NameTaken extends StartFailure {
    private static final long serialVersionUID = 1;

    NameTaken(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The agent of one node; closing it leaves containers running.
   *
   * @throws NameTaken when another agent has that node
   */
  AutoCloseable start(AgentConfig config, ContainerRuntime runtime) {
    Parts parts = new Parts();
    try {
      parts.add(runtime);
      makePrivate(config.data());
      NodeIdentity identity = parts.add(identity(config));
      ApiClient api = parts.add(new ApiClient(servers, trust, identity, timers));
      RestStore store = parts.add(new RestStore(api, timers, random));
      NodeAgent agent =
          parts.add(
              NodeAgent.start(
                  config, store, new TokenRequester(api), runtime, timers, ids, telemetry));
      identity.onJoin(agent::rejoined);
      TunnelFleet tunnel =
          parts.add(
              new TunnelFleet(api, config.nodeName(), agent.streams(), timers, random, telemetry));
      tunnel.start();
      agent.renewBy(tunnel);
      return parts;
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private NodeIdentity identity(AgentConfig config) {
    try {
      return NodeIdentity.open(
          config.data(),
          config.nodeName(),
          config.registered(),
          bootstrap,
          token -> new ApiClient(servers, trust, () -> token, timers),
          timers,
          random);
    } catch (NodeIdentity.RefusedException e) {
      throw new NameTaken("cannot join as " + config.nodeName() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartFailure("cannot keep the node's identity: " + e.getMessage(), e);
    }
  }

  /**
   * The engine that DOCKER_HOST or the default socket leads to.
   *
   * @param scope keeps the containers of several clusters on one engine apart
   * @throws StartFailure when no engine answers
   */
  static ContainerRuntime docker(String scope, Timers timers) {
    String host = System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock");
    try {
      return DockerRuntime.connect(URI.create(host), scope, "bridge", timers);
    } catch (RuntimeException e) {
      throw new StartFailure(
          "no container engine answers at "
              + host
              + " ("
              + e.getMessage()
              + "). Start one or set DOCKER_HOST; --runtime simulated does without.",
          e);
    }
  }

  /** Secrets and tokens of pods lie there, under modes that their containers need. */
  private static void makePrivate(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new StartFailure("cannot use " + directory + " for the pods' files: " + e, e);
    }
  }

  /** Where an agent keeps its pods' files. */
  static Path directory(Path data, String node) {
    return data.resolve("nodes").resolve(node).toAbsolutePath();
  }
}

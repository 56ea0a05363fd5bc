package dev.ballast.app;

import dev.ballast.client.Trust;
import dev.ballast.core.identity.NodeToken;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.executor.agent.AgentConfig;
import dev.ballast.metrics.PrometheusTelemetry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ballast node}: this machine's agent, for a server elsewhere. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    description = "Runs this machine's node for a server elsewhere; needs no inbound port.")
final class NodeCommand implements Callable<Integer> {

  @Option(
      names = "--server",
      required = true,
      paramLabel = "URL",
      split = ",",
      description = "https://HOST:PORT of the server, or of several.")
  List<String> server;

  @Option(
      names = "--token-file",
      required = true,
      paramLabel = "FILE",
      description = "The server's DIR/node-token, copied here.")
  Path tokenFile;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".ballast/node",
      description = "Where the pods' files live (default: ${DEFAULT-VALUE}).")
  Path data;

  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      description = "Name of the node (default: this machine's host name).")
  String nodeName;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    List<URI> servers = JoinToken.servers("--server", server);
    JoinToken given = new JoinToken(tokenFile, "node-token");
    NodeToken token = given.read();
    SecureRandom random = new SecureRandom();
    Parts parts = new Parts();
    try {
      SystemTimers timers = parts.add(new SystemTimers());
      PrometheusTelemetry telemetry = parts.add(new PrometheusTelemetry());
      String authority = authority(given, servers, token);
      Agents agents =
          new Agents(
              servers,
              Trust.ofPem(authority),
              token.secret(),
              timers,
              new RandomIds(random),
              random,
              telemetry);
      String name = nodeName != null ? nodeName : Server.hostName();
      // one cluster has one authority, so its hash tells the clusters on one engine apart
      String scope = token.caSha256().substring(0, 12) + "-" + name;
      parts.add(
          agents.start(
              AgentConfig.of(name, Agents.directory(data, name), servers.getFirst()),
              Agents.docker(scope, timers)));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(parts), "stop"));
      spec.commandLine().getOut().println("node " + name + " of " + servers.getFirst());
      spec.commandLine().getOut().flush();
      new CountDownLatch(1).await();
    } finally {
      parts.close();
    }
    return 0;
  }

  private static void stop(Parts parts) {
    parts.close();
    Runtime.getRuntime().halt(0);
  }

  private static String authority(JoinToken given, List<URI> servers, NodeToken token) {
    try {
      return given.authority(servers, token);
    } catch (IOException e) {
      throw new StartFailure("cannot join: " + e.getMessage(), e);
    }
  }
}

package dev.ballast.app;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * What a server is told at its start; the same on the command line and in the configuration file.
 */
final class ServerOptions {

  enum Runtime {
    docker,
    simulated
  }

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".ballast/data",
      description = "Where the cluster's state and keys live (default: ${DEFAULT-VALUE}).")
  Path data;

  @Option(
      names = "--bind",
      paramLabel = "ADDR",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen on (default: ${DEFAULT-VALUE}). Everything authenticated may do"
              + " everything so far, so mind what else you give.")
  String bind;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "6443",
      description = "Port of the API (default: ${DEFAULT-VALUE}); 0 picks a free one.")
  int port;

  @Option(
      names = "--runtime",
      defaultValue = "docker",
      description =
          "What this machine's node runs containers with: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  Runtime runtime;

  @Option(
      names = "--simulated-nodes",
      paramLabel = "N",
      defaultValue = "0",
      description = "Add N nodes to this process that only simulate their containers.")
  int simulatedNodes;

  @Option(
      names = "--token-auth-file",
      paramLabel = "CSV",
      description = "Further users: lines of token,user,uid,\"group1,group2\".")
  Path tokenAuthFile;

  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      description = "Name of this machine's node (default: its host name).")
  String nodeName;

  @Option(
      names = "--join",
      paramLabel = "URL",
      split = ",",
      description =
          "Become a member beside those that are there: https://HOST:PORT of one of them, or of"
              + " several. --data must be empty or absent.")
  List<String> join;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "With --join: another member's DIR/member-token, copied here.")
  Path tokenFile;

  @Option(
      names = "--member-port",
      paramLabel = "N",
      defaultValue = "6444",
      description =
          "Port for the other members, once there are any (default: ${DEFAULT-VALUE}); mutual TLS.")
  int memberPort = 6444; // also for who fills this in without a command line

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "YAML file with any of these options (data: /var/lib/ballast); the command line wins.")
  Path config;

  /**
   * @throws StartFailure when a value cannot be, with what is expected
   */
  void check() {
    if (port < 0 || port > 65_535) {
      throw new StartFailure("--port must be between 0 and 65535, and is " + port);
    }
    if (memberPort < 1 || memberPort > 65_535) {
      throw new StartFailure("--member-port must be between 1 and 65535, and is " + memberPort);
    }
    if (port == memberPort) {
      throw new StartFailure("--port and --member-port must differ, and both are " + port);
    }
    checkData();
    if (simulatedNodes < 0) {
      throw new StartFailure("--simulated-nodes must be 0 or more, and is " + simulatedNodes);
    }
    if (join != null) {
      servers();
    }
    try {
      InetAddress.getByName(bind);
    } catch (UnknownHostException e) {
      throw new StartFailure(
          "--bind must be an address of this machine or a name of one; \""
              + bind
              + "\" is not known",
          e);
    }
  }

  /**
   * Where the members are beside which this one wants to be; {@link #join} must be given.
   *
   * @throws StartFailure when an address is none
   */
  List<URI> servers() {
    return JoinToken.servers("--join", join);
  }

  /** What is there of the path must be directories. */
  private void checkData() {
    Path there = data.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (Files.exists(there) && !Files.isDirectory(there)) {
      throw new StartFailure(
          there.equals(data.toAbsolutePath())
              ? "--data must be a directory, and %s is a file".formatted(data)
              : "--data must be a directory, and %s cannot be one: %s is a file"
                  .formatted(data, there));
    }
  }
}

package dev.ballast.executor;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Debian's docker-registry on a loopback port, unpacked under target/ without installing it.
 * Engines accept a registry on 127.0.0.0/8 without TLS.
 */
final class DebianRegistry implements AutoCloseable {

  private final Process process;
  private final int port;

  private DebianRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * @param htpasswd who may pull, as bcrypt lines; empty for everybody
   */
  static DebianRegistry start(Path work, Optional<String> htpasswd) throws Exception {
    Path binary = unpack();
    int port = freePort();
    String config =
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(work.resolve("registry"), port);
    if (htpasswd.isPresent()) {
      Path users = Files.writeString(work.resolve("htpasswd"), htpasswd.get());
      config += "auth: {htpasswd: {realm: test, path: " + users + "}}\n";
    }
    Path file = Files.writeString(work.resolve("config-" + port + ".yml"), config);
    Process process =
        new ProcessBuilder(binary.toString(), "serve", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("registry.log").toFile())
            .start();
    DebianRegistry registry = new DebianRegistry(process, port);
    DockerCluster.await(registry::answers);
    return registry;
  }

  private boolean answers() {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static synchronized Path unpack() throws IOException, InterruptedException {
    Path home = Files.createDirectories(Path.of("target/docker-registry").toAbsolutePath());
    Path binary = home.resolve("root/usr/bin/docker-registry");
    if (!Files.exists(binary)) {
      run(home, "apt-get", "download", "-qq", "docker-registry");
      run(home, "sh", "-c", "dpkg -x docker-registry_*.deb root");
    }
    return binary;
  }

  static void run(Path directory, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(List.of(command) + " failed");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
  }
}

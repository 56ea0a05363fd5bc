package dev.ballast.executor;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A dockerd of the test's own, with its own data, socket and bridge, that it may stop at will. */
final class OwnEngine implements AutoCloseable {

  private final Path home;
  private final String bridge;
  private final boolean liveRestore;
  private Process process;

  OwnEngine(Path home, String bridge, int subnet, boolean liveRestore) throws Exception {
    this.home = home;
    this.bridge = bridge;
    this.liveRestore = liveRestore;
    DebianRegistry.run(
        home,
        "sh",
        "-c",
        ("ip link show %1$s >/dev/null 2>&1 || busybox ip link show %1$s >/dev/null 2>&1 ||"
                + " { IP=$(command -v ip || echo busybox ip); $IP link add %1$s type bridge;"
                + " $IP addr add 172.29.%2$d.1/24 dev %1$s; $IP link set %1$s up; }")
            .formatted(bridge, subnet));
    start();
  }

  URI host() {
    return URI.create("unix://" + home.resolve("docker.sock"));
  }

  void start() throws IOException {
    List<String> command = new ArrayList<>(List.of("dockerd"));
    command.addAll(List.of("--data-root", home.resolve("data").toString()));
    command.addAll(List.of("--exec-root", home.resolve("exec").toString()));
    command.addAll(List.of("--pidfile", home.resolve("pid").toString()));
    command.addAll(List.of("-H", host().toString(), "--bridge", bridge));
    command.addAll(List.of("--iptables=false", "--ip-forward=false", "--ip-masq=false"));
    if (liveRestore) {
      command.add("--live-restore");
    }
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("dockerd.log").toFile()))
            .start();
    DockerCluster.await(() -> Files.exists(home.resolve("docker.sock")) && answers());
  }

  private boolean answers() throws IOException, InterruptedException {
    Process ping =
        new ProcessBuilder("docker", "-H", host().toString(), "version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return ping.waitFor() == 0;
  }

  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
      DebianRegistry.run(
          home,
          "sh",
          "-c",
          "$(command -v ip || echo busybox ip) link del "
              + bridge
              + "; for m in $(grep -o ' "
              + home
              + "/[^ ]*' /proc/mounts); do umount -l $m; done; rm -rf data exec; true");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}

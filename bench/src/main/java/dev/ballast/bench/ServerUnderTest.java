package dev.ballast.bench;

import dev.ballast.app.Connection;
import dev.ballast.client.ApiClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ./ballast up} as people start it, in a process of its own. */
public final class ServerUnderTest implements AutoCloseable {

  private final Process process;
  private final Path data;
  private final Connection connection;
  private final double secondsToReady;
  private boolean temporary = true;

  private ServerUnderTest(
      Process process, Path data, Connection connection, double secondsToReady) {
    this.process = process;
    this.data = data;
    this.connection = connection;
    this.secondsToReady = secondsToReady;
  }

  public static ServerUnderTest start(Path data, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getenv("BALLAST_HOME"), "ballast").toString());
    command.addAll(List.of("up", "--data", data.toString()));
    command.addAll(List.of(options));
    if (!command.contains("--port")) {
      command.addAll(List.of("--port", "0"));
    }
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("ready ")) {
        double seconds = Math.round((System.nanoTime() - began) / 1e7) / 100.0;
        return new ServerUnderTest(
            process, data, Connection.of(data.resolve("kubeconfig")), seconds);
      }
    }
    throw new IOException("the server ended before it was ready");
  }

  /** As {@link #start}, and leaves the directory when it is closed. */
  public static ServerUnderTest on(Path data, String... options) throws IOException {
    ServerUnderTest server = start(data, options);
    server.temporary = false;
    return server;
  }

  public ApiClient api() {
    return connection.client();
  }

  public Connection connection() {
    return connection;
  }

  /** Seconds that the process has had on processors so far. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().map(one -> one.toMillis() / 1e3).orElse(0.0);
  }

  public double secondsToReady() {
    return secondsToReady;
  }

  /** The launcher script replaced itself with it. */
  public long pid() {
    return process.pid();
  }

  /** VmRSS of the whole process; the launcher script replaced itself with it. */
  public double residentMb() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("no VmRSS for process " + process.pid());
  }

  @Override
  public void close() throws IOException {
    connection.close();
    process.destroy();
    process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join().destroyForcibly();
    if (temporary) {
      try (var files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }
}

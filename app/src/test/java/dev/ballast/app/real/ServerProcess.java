package dev.ballast.app.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code ballast up} in a process of its own, on this build's classes: what a test may kill. */
public final class ServerProcess implements AutoCloseable {

  private final Process process;
  private final Path data;
  private final String url;

  private ServerProcess(Process process, Path data, String url) {
    this.process = process;
    this.data = data;
    this.url = url;
  }

  /** Starts it and waits until it says that it is ready. */
  public static ServerProcess start(Path data, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-Djdk.virtualThreadScheduler.parallelism=4",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.ballast.app.Main",
                "up",
                "--data",
                data.toString()));
    command.addAll(List.of(options));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new ServerProcess(process, data, awaitReady(process));
    } catch (IOException e) {
      throw new IllegalStateException("cannot start the server", e);
    }
  }

  private static String awaitReady(Process process) {
    CompletableFuture<String> ready = new CompletableFuture<>();
    // a platform thread: reading a pipe holds a virtual thread's carrier, and there are only two
    Thread.ofPlatform().daemon().start(() -> readOutput(process, ready));
    try {
      return ready.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException("the server did not become ready", e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void readOutput(Process process, CompletableFuture<String> ready) {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("ready ")) {
          ready.complete(line.substring("ready ".length()));
        }
      }
      ready.completeExceptionally(new IOException("the server ended before it was ready"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  public String url() {
    return url;
  }

  public Path kubeconfig() {
    return data.resolve("kubeconfig");
  }

  public long pid() {
    return process.pid();
  }

  /** kill -9, and waits until the process is gone. */
  public void kill() {
    process.destroyForcibly();
    await();
  }

  /** SIGTERM, and waits; the exit code. */
  public int stop() {
    process.destroy();
    return await();
  }

  private int await() {
    try {
      if (!process.waitFor(Duration.ofSeconds(60))) {
        throw new IllegalStateException("the server did not stop within 60 s");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroy();
      try {
        await();
      } finally {
        process.destroyForcibly();
      }
    }
  }
}

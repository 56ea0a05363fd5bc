package dev.ballast.app.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command of ballast in a process of its own, on this build's classes: what a test may kill. */
final class Program implements AutoCloseable {

  private final Process process;
  private final String announcement;

  private Program(Process process, String announcement) {
    this.process = process;
    this.announcement = announcement;
  }

  /**
   * Starts it and waits for the line by which it says that it is up.
   *
   * @param announces how that line begins
   * @param environment what it gets besides this process's variables
   */
  static Program start(String announces, Map<String, String> environment, List<String> arguments) {
    return start(System.getProperty("java.class.path"), announces, environment, arguments);
  }

  /**
   * @param classPath of the version that is started
   */
  static Program start(
      String classPath, String announces, Map<String, String> environment, List<String> arguments) {
    return start(classPath, "dev.ballast.app.Main", announces, environment, arguments);
  }

  /**
   * @param main the class that is run
   */
  static Program start(
      String classPath,
      String main,
      String announces,
      Map<String, String> environment,
      List<String> arguments) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command(classPath, main, arguments))
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().putAll(environment);
      Process process = builder.start();
      return new Program(process, await(process, announces));
    } catch (IOException e) {
      throw new IllegalStateException("cannot start " + arguments, e);
    }
  }

  /** How a command ended, and all that it said. */
  record Ended(int exitCode, String said) {}

  /** Runs a command that ends by itself within a minute. */
  static Ended run(String... arguments) throws IOException, InterruptedException {
    Path said = Files.createTempFile("ballast-said", ".txt");
    try {
      Process process =
          new ProcessBuilder(
                  command(
                      System.getProperty("java.class.path"),
                      "dev.ballast.app.Main",
                      List.of(arguments)))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (!process.waitFor(Duration.ofSeconds(60))) {
        process.destroyForcibly();
        throw new IllegalStateException(
            List.of(arguments) + " did not end: " + Files.readString(said));
      }
      return new Ended(process.exitValue(), Files.readString(said));
    } finally {
      Files.delete(said);
    }
  }

  private static List<String> command(String classPath, String main, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env", // a shell that runs tests in the background has Ctrl-C ignored
                "--default-signal=INT",
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1", // it lives for seconds
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-Djdk.virtualThreadScheduler.parallelism=4",
                "-cp",
                classPath,
                main));
    command.addAll(arguments);
    return command;
  }

  private static String await(Process process, String announces) {
    CompletableFuture<String> line = new CompletableFuture<>();
    // a platform thread: reading a pipe holds a virtual thread's carrier, and there are only two
    Thread.ofPlatform().daemon().start(() -> readOutput(process, announces, line));
    try {
      return line.get(120, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException("it did not say \"" + announces + "…\"", e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void readOutput(
      Process process, String announces, CompletableFuture<String> announced) {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(announces)) {
          announced.complete(line.substring(announces.length()));
        }
      }
      announced.completeExceptionally(new IOException("it ended before it was up"));
    } catch (IOException e) {
      announced.completeExceptionally(e);
    }
  }

  /** The rest of the line by which it said that it is up. */
  String announcement() {
    return announcement;
  }

  long pid() {
    return process.pid();
  }

  /** kill -9, and waits until the process is gone. */
  void kill() {
    process.destroyForcibly();
    await();
  }

  /** SIGTERM, and waits; the exit code. */
  int stop() {
    process.destroy();
    return await();
  }

  /** Ctrl-C, and waits; the exit code. */
  int interrupt() throws IOException, InterruptedException {
    signal("INT");
    return await();
  }

  /** Returns when it is sent. */
  void signal(String name) throws IOException, InterruptedException {
    String command = "kill -" + name + " " + process.pid();
    if (new ProcessBuilder("sh", "-c", command).start().waitFor() != 0) {
      throw new IllegalStateException(command + " failed");
    }
  }

  private int await() {
    try {
      if (!process.waitFor(Duration.ofSeconds(60))) {
        throw new IllegalStateException("it did not stop within 60 s");
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

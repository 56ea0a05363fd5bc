package dev.ballast.app.real;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One real kubectl binary against one server; runs commands to their end. */
public final class Kubectl {

  /** What a command printed and how it ended. */
  public record Result(int exitCode, String output, String errors) {

    /** The output of a command that must have succeeded. */
    public String ok() {
      if (exitCode != 0) {
        throw new AssertionError("kubectl ended with " + exitCode + ": " + errors + output);
      }
      return output;
    }
  }

  private final Path binary;
  private final Path kubeconfig;
  private final Path home;
  private final List<String> always;
  private final Map<String, String> environment;

  private Kubectl(
      Path binary,
      Path kubeconfig,
      Path home,
      List<String> always,
      Map<String, String> environment) {
    this.binary = binary;
    this.kubeconfig = kubeconfig;
    this.home = home;
    this.always = always;
    this.environment = environment;
  }

  /**
   * @param version "1.20" or "1.33", as {@code ./ballast test} unpacks them
   * @throws IllegalStateException when it is not there
   */
  public static Kubectl of(String version, Path kubeconfig, Path home) {
    return new Kubectl(Tools.path("kubectl-" + version), kubeconfig, home, List.of(), Map.of());
  }

  /** The same, with every command in this namespace. */
  public Kubectl in(String namespace) {
    return new Kubectl(binary, kubeconfig, home, List.of("--namespace", namespace), environment);
  }

  /** The same, with a shell command as the editor; the file to edit is its last argument. */
  public Kubectl editingWith(String command) {
    return new Kubectl(binary, kubeconfig, home, always, Map.of("KUBE_EDITOR", command));
  }

  /** What the command printed; it must succeed. */
  public String ok(String... arguments) {
    return run(arguments).ok();
  }

  /** What the command complained about; it must fail. */
  public String refused(String... arguments) {
    Result result = run(arguments);
    if (result.exitCode() == 0) {
      throw new AssertionError("kubectl " + List.of(arguments) + " succeeded: " + result.output());
    }
    return result.errors();
  }

  public Result run(String... arguments) {
    return runWithInput("", arguments);
  }

  public Result runWithInput(String input, String... arguments) {
    return run(input, command(arguments));
  }

  private Result run(String input, List<String> command) {
    try {
      Path out = Files.createTempFile(home, "out", ".txt");
      Path err = Files.createTempFile(home, "err", ".txt");
      Process process =
          builder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException endedWithoutReading) {
        // a command that needs no input may be gone already
      }
      if (!process.waitFor(Duration.ofSeconds(90))) {
        process.destroyForcibly();
        throw new AssertionError(command + " did not end within 90 s: " + Files.readString(out));
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts a command that goes on, a watch for example; the caller ends it. */
  public Process start(String... arguments) throws IOException {
    return builder(command(arguments)).start();
  }

  /** Runs a command on a terminal of its own, and types {@code input} into it. */
  public Result onTerminal(String input, String... arguments) {
    String line =
        command(arguments).stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    return run(input, List.of("script", "-qec", line, "/dev/null"));
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(always);
    command.addAll(List.of(arguments));
    return command;
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("HOME", home.toString());
    builder.environment().putAll(environment);
    return builder;
  }
}

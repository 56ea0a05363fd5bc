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

  private Kubectl(Path binary, Path kubeconfig, Path home) {
    this.binary = binary;
    this.kubeconfig = kubeconfig;
    this.home = home;
  }

  /**
   * @param version "1.20" or "1.33", as {@code ./ballast test} unpacks them
   * @throws IllegalStateException when it is not there
   */
  public static Kubectl of(String version, Path kubeconfig, Path home) {
    return new Kubectl(Tools.path("kubectl-" + version), kubeconfig, home);
  }

  public Result run(String... arguments) {
    return runWithInput("", arguments);
  }

  public Result runWithInput(String input, String... arguments) {
    try {
      Path out = Files.createTempFile(home, "out", ".txt");
      Path err = Files.createTempFile(home, "err", ".txt");
      Process process =
          builder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException endedWithoutReading) {
        // a command that needs no input may be gone already
      }
      if (!process.waitFor(Duration.ofSeconds(90))) {
        process.destroyForcibly();
        throw new AssertionError(
            "kubectl " + List.of(arguments) + " did not end within 90 s: " + Files.readString(out));
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
    return builder(arguments).start();
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("HOME", home.toString());
    return builder;
  }
}

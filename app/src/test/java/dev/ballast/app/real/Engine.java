package dev.ballast.app.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What really runs, asked of an engine itself and not of Ballast.
 *
 * @param address as in DOCKER_HOST
 */
record Engine(String address) {

  /** The one that {@code ballast up} takes. */
  static Engine ofThisMachine() {
    return new Engine(System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock"));
  }

  /** Ids of the running instances of one container of one pod. */
  List<String> running(String podUid, String container) {
    return docker(
        "ps",
        "--no-trunc",
        "--filter",
        "name=ballast_" + container + "_.*_" + podUid + "_",
        "--format",
        "{{.ID}}");
  }

  /** Names of all its containers that Ballast made, ended ones too. */
  List<String> all() {
    return docker("ps", "--all", "--filter", "name=ballast_", "--format", "{{.Names}}");
  }

  /** Removes the containers that a failed test may have left, by a part of their names. */
  void remove(String part) {
    List<String> left = docker("ps", "--all", "--filter", "name=" + part, "--format", "{{.ID}}");
    if (!left.isEmpty()) {
      docker(Stream.concat(Stream.of("rm", "--force"), left.stream()).toArray(String[]::new));
    }
  }

  private List<String> docker(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "--host", address));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + " failed: is an engine running?");
      }
      return output.isEmpty() ? List.of() : output.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

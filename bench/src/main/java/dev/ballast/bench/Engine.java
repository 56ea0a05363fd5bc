package dev.ballast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The peer of pod starts: the engine's own command line. */
final class Engine {

  static final String IMAGE = "ballast.local/busybox:1";

  private final List<String> started = new ArrayList<>();

  /** {@code docker run -d}; nanoseconds until it returned, the container then being started. */
  long run() {
    long began = System.nanoTime();
    started.add(docker("run", "-d", IMAGE, "/bin/sleep", "3600"));
    return System.nanoTime() - began;
  }

  void removeAll() {
    if (!started.isEmpty()) {
      List<String> arguments = new ArrayList<>(List.of("rm", "-f"));
      arguments.addAll(started);
      docker(arguments.toArray(String[]::new));
      started.clear();
    }
  }

  /** The containers of pods, ended ones too. */
  static Set<String> ofPods() {
    String all = docker("ps", "-aq", "--no-trunc", "--filter", "label=ballast.dev/scope");
    return all.isEmpty() ? Set.of() : Set.of(all.split("\\s+"));
  }

  /** A server that stops leaves the containers of its pods. */
  static void removePodsSince(Set<String> before) {
    List<String> left = new ArrayList<>(ofPods());
    left.removeAll(before);
    if (!left.isEmpty()) {
      left.addAll(0, List.of("rm", "-f"));
      docker(left.toArray(String[]::new));
    }
  }

  private static String docker(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String output = new String(process.getInputStream().readAllBytes()).strip();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(command + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

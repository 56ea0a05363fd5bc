package dev.ballast.app.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What really runs, asked of the engine itself and not of Ballast. */
final class Engine {

  private Engine() {}

  /** Ids of the running instances of one container of one pod. */
  static List<String> running(String podUid, String container) {
    try {
      Process process =
          new ProcessBuilder(
                  "docker",
                  "ps",
                  "--no-trunc",
                  "--filter",
                  "name=ballast_" + container + "_.*_" + podUid + "_",
                  "--format",
                  "{{.ID}}")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("docker ps failed: is an engine running?");
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

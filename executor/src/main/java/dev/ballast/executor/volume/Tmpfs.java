package dev.ballast.executor.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** File systems in memory, by the machine's own mount program: Java has no call for it. */
final class Tmpfs {

  private static final Logger LOG = LoggerFactory.getLogger(Tmpfs.class);

  private Tmpfs() {}

  /** A directory that is the root of another file system than its parent. */
  static boolean isMounted(Path directory) {
    try {
      return !Files.getAttribute(directory, "unix:dev")
          .equals(Files.getAttribute(directory.getParent(), "unix:dev"));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("{} cannot be looked at", directory, e);
      return false;
    }
  }

  /** False where the agent may not mount: then the directory stays what it is. */
  static boolean mount(Path directory, long bytes) {
    String options = "size=" + bytes + ",mode=0777";
    String refusal =
        run(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString()));
    if (!refusal.isEmpty()) {
      LOG.info("{} is held to its size by eviction only: {}", directory, refusal);
    }
    return refusal.isEmpty();
  }

  static void unmount(Path directory) {
    String refusal = run(List.of("umount", "-l", directory.toString()));
    if (!refusal.isEmpty()) {
      throw new UncheckedIOException(new IOException(refusal));
    }
  }

  /** What the program says when it fails, "" when it does not. */
  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int code = process.waitFor();
      return code == 0 ? "" : command.getFirst() + " ended with " + code + ": " + said;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}

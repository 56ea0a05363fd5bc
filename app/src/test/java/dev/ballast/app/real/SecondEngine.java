package dev.ballast.app.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A dockerd of its own beside this machine's: data-root, exec-root, socket and bridge are apart, as
 * on another machine. It holds the tests' image and ends with {@link #close()}. Needs root.
 */
final class SecondEngine implements AutoCloseable {

  private static final String BRIDGE = "ballast-second";

  private final Path directory;
  private final Engine engine;

  private SecondEngine(Path directory, Engine engine) {
    this.directory = directory;
    this.engine = engine;
  }

  static SecondEngine start() {
    // short and not JUnit's: the directory holds sockets, whose paths are limited to 108 bytes
    Path directory = Path.of("/tmp", "ballast-engine-" + ProcessHandle.current().pid());
    String address =
        script("engine_second '" + directory + "' " + BRIDGE + " 172.31.252.1/24").strip();
    SecondEngine second = new SecondEngine(directory, new Engine(address));
    try {
      script("DOCKER_HOST=" + address + " ../scripts/image.sh");
    } catch (IllegalStateException e) {
      second.close();
      throw e;
    }
    return second;
  }

  Engine engine() {
    return engine;
  }

  @Override
  public void close() {
    script("engine_second_stop '" + directory + "' " + BRIDGE);
  }

  private static String script(String line) {
    try {
      Process process =
          new ProcessBuilder("bash", "-c", ". ../scripts/engine.sh && " + line)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(line + " failed");
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

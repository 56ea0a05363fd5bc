package dev.ballast.app.real;

import java.nio.file.Files;
import java.nio.file.Path;

/** The client tools that {@code ./ballast test} unpacked under the build's own folder. */
public final class Tools {

  private Tools() {}

  /**
   * @throws IllegalStateException when the tool is not there, with what to do
   */
  public static Path path(String name) {
    Path tool = Path.of("..", "target", "tools", name).toAbsolutePath().normalize();
    if (!Files.isExecutable(tool)) {
      throw new IllegalStateException(
          tool
              + " is missing: run ./ballast test, which unpacks it, or leave the tag \"clients\" out");
    }
    return tool;
  }
}

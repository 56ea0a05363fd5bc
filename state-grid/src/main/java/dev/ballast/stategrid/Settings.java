package dev.ballast.stategrid;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * How to open the grid.
 *
 * @param directory the data directory; made where it is absent, held by one process at a time
 * @param historyAge how long history is kept for watches and pages
 * @param historyRevisions but no more revisions than this
 */
public record Settings(Path directory, Duration historyAge, long historyRevisions) {

  public Settings {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(historyAge, "historyAge");
  }

  public static Settings in(Path directory) {
    return new Settings(directory, Duration.ofMinutes(5), 100_000);
  }
}

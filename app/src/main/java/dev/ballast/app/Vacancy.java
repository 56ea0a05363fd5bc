package dev.ballast.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Makes sure that what becomes a data directory is nobody's yet. */
final class Vacancy {

  private static final int NAMED = 5;

  /** In the topmost directory of a fresh disk. */
  private static final String OF_THE_DISK = "lost+found";

  private Vacancy() {}

  /**
   * @param ours names of what may be there
   * @param instead what to do where anything else is
   * @throws StartFailure in words for a person, naming what is there
   */
  static void require(Path data, Set<String> ours, String instead) {
    if (Files.notExists(data)) {
      return;
    }
    if (!Files.isDirectory(data)) {
      throw new StartFailure("--data " + data + " is a file: " + instead);
    }
    try (Stream<Path> content = Files.list(data)) {
      List<String> others =
          content
              .map(path -> path.getFileName().toString())
              .filter(name -> !ours.contains(name) && !name.equals(OF_THE_DISK))
              .filter(name -> !NativeLibrary.names(name))
              .sorted()
              .toList();
      if (!others.isEmpty()) {
        throw new StartFailure(
            "%s is not empty (%s%s): %s"
                .formatted(
                    data,
                    String.join(", ", others.subList(0, Math.min(NAMED, others.size()))),
                    others.size() > NAMED ? ", …" : "",
                    instead));
      }
    } catch (IOException e) {
      throw new StartFailure("cannot look into " + data + ": " + e.getMessage(), e);
    }
  }
}

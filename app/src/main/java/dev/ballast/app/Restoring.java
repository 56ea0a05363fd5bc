package dev.ballast.app;

import dev.ballast.stategrid.DirectoryInUseException;
import dev.ballast.stategrid.StateGrid;
import dev.ballast.stategrid.log.LogException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A data directory from a backup. Everything is unpacked into a directory inside it first, which
 * goes away last: as long as that is there, nobody starts on what is there already, and restoring
 * begins anew. So whoever dies in between leaves what can be repeated, or the whole.
 */
final class Restoring {

  private static final String UNFINISHED = "unfinished-restore";

  private final InstantSource clock;

  /** Hears of each step once it is done; a test dies in one. */
  private final Consumer<String> steps;

  Restoring() {
    this(step -> {});
  }

  Restoring(Consumer<String> steps) {
    this(InstantSource.system(), steps);
  }

  Restoring(InstantSource clock, Consumer<String> steps) {
    this.clock = clock;
    this.steps = steps;
  }

  /**
   * @throws StartFailure when a restore was begun there and not ended
   */
  static void requireNone(Path data) {
    if (Files.exists(data.resolve(UNFINISHED))) {
      throw new StartFailure(
          data
              + " holds a part of a backup only: restoring it was cut off; repeat: ballast restore"
              + " FILE --data "
              + data);
    }
  }

  /**
   * Nothing is left there when the backup is not whole.
   *
   * @throws StartFailure in words for a person
   */
  void restore(Path file, Path data) {
    try {
      Path fresh = data.resolve(UNFINISHED);
      if (!Files.exists(fresh)) {
        Vacancy.require(data, Set.of(), "restore into an empty or absent directory");
      }
      SecretFiles.directory(fresh);
      sync(data);
      steps.accept("begun");
      clear(data, fresh);
      steps.accept("cleared");
      unpack(file, data, fresh);
      steps.accept("unpacked");
      move(fresh, data);
    } catch (NoSuchFileException e) {
      throw new StartFailure("cannot restore " + file + ": no such file: " + e.getFile(), e);
    } catch (IOException | LogException | DirectoryInUseException e) {
      throw new StartFailure("cannot restore " + file + ": " + e.getMessage(), e);
    }
  }

  private static void unpack(Path file, Path data, Path fresh) throws IOException {
    try {
      Backup.unpack(file, fresh);
    } catch (IOException e) {
      clear(data, fresh);
      Files.delete(fresh);
      throw e;
    }
  }

  private void move(Path fresh, Path data) throws IOException {
    for (Map.Entry<String, byte[]> secret : SecretFiles.read(fresh).entrySet()) {
      SecretFiles.write(data, secret.getKey(), secret.getValue());
      steps.accept(secret.getKey());
    }
    StateGrid.restore(fresh.resolve(Backup.STATE), data, clock.instant());
    steps.accept(Backup.STATE);
    sync(data);
    delete(fresh);
    sync(data);
  }

  /** Of what an earlier attempt made, and nothing else. */
  private static void clear(Path data, Path fresh) throws IOException {
    for (String name : SecretFiles.SHARED) {
      SecretFiles.delete(data, name);
    }
    Files.deleteIfExists(data.resolve("members"));
    Files.deleteIfExists(data.resolve(Backup.STATE));
    Files.deleteIfExists(data.resolve("lock"));
    delete(fresh);
    SecretFiles.directory(fresh);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> content = Files.walk(directory)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }
}

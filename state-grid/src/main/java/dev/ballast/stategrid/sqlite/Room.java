package dev.ballast.stategrid.sqlite;

import dev.ballast.core.store.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much more a directory's disk takes. Thread-safe. */
public interface Room {

  /**
   * What a copy never takes: a segment of the replicated log, or what SQLite's own log may grow to.
   */
  long KEPT_FREE_BYTES = 32 << 20;

  /** Asks the file system. */
  Room OF_THE_DISK =
      directory -> {
        try {
          return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
          throw new UncheckedIOException("cannot ask for the room in " + directory, e);
        }
      };

  /** Bytes that this process may still write there. */
  long free(Path directory);

  /** Bytes that a copy may take there. */
  default long forCopies(Path directory) {
    return Math.max(0, free(directory) - KEPT_FREE_BYTES);
  }

  /**
   * @param what takes the room, for a person
   * @throws StoreUnavailableException in words for a person when there is none
   */
  default void require(long bytes, Path directory, String what) {
    long free = free(directory);
    if (bytes > free - KEPT_FREE_BYTES) {
      throw new StoreUnavailableException(
          "no room for %s in %s: it needs %d bytes beside %d that stay free, and %d are free; make room there"
              .formatted(what, directory, bytes, KEPT_FREE_BYTES, free));
    }
  }
}

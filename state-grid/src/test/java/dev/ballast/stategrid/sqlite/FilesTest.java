package dev.ballast.stategrid.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.stategrid.log.LogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log's files, as others on the machine see them. */
class FilesTest {

  @TempDir Path directory;

  @Test
  void onlyTheOwnerReadsTheLogEvenInAnOpenDirectory() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (SqliteLog log = SqliteLog.at(directory.resolve("state.db"))) {
      log.open(entry -> {});
      try (var entries = Files.list(directory)) {
        List<Path> files = entries.toList();
        assertTrue(files.size() > 1, files + " lacks the write-ahead log");
        for (Path file : files) {
          assertEquals(
              "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
      }
    }
  }

  @Test
  void aFileOfAnotherKindIsRefusedByName() throws IOException {
    Path file = Files.writeString(directory.resolve("state.db"), "no database ".repeat(1000));
    LogException refused = assertThrows(LogException.class, () -> SqliteLog.at(file));
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
  }
}

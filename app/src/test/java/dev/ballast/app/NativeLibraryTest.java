package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database's native library lies where its process's data lie, and not for long. */
class NativeLibraryTest {

  @TempDir Path directory;

  @Test
  void itIsUnpackedForTheOwnerOnlyAndGoesOnceItIsLoaded() throws IOException {
    Path data = directory.resolve("data");
    String used =
        NativeLibrary.during(
            data,
            () -> {
              Path own = Path.of(System.getProperty(NativeLibrary.PROPERTY));
              assertEquals(data.toAbsolutePath(), own.getParent());
              try {
                assertEquals("rwx------", mode(own));
                Files.writeString(own.resolve("sqlite-1-libsqlitejdbc.so"), "");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
              return own.toString();
            });
    assertFalse(Files.exists(Path.of(used)));
    assertNull(System.getProperty(NativeLibrary.PROPERTY));
    assertEquals(Set.of(), names(data));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** On a data disk that is mounted noexec. */
  @Test
  void whoeverSaysWhereItGoesHasItThere() {
    System.setProperty(NativeLibrary.PROPERTY, "/elsewhere");
    try {
      assertEquals(
          "/elsewhere",
          NativeLibrary.during(directory, () -> System.getProperty(NativeLibrary.PROPERTY)));
      assertEquals("/elsewhere", System.getProperty(NativeLibrary.PROPERTY));
    } finally {
      System.clearProperty(NativeLibrary.PROPERTY);
    }
  }

  @Test
  void whatAKilledProcessLeftIsNobodysAndGoes() throws IOException {
    Path left = Files.createDirectory(directory.resolve("unfinished-native-17"));
    Files.writeString(left.resolve("sqlite-1-libsqlitejdbc.so.lck"), "");
    Vacancy.require(directory, Set.of(), "restore elsewhere");
    Files.createDirectory(directory.resolve("unfinished-native-of-mine"));
    Files.writeString(directory.resolve("unfinished-native-3"), "a person's file");
    NativeLibrary.removeLeftovers(directory);
    assertEquals(Set.of("unfinished-native-of-mine", "unfinished-native-3"), names(directory));
  }

  /** A process that is killed runs nothing more: so nothing may be there while it lives. */
  @Test
  @Timeout(90)
  void aRunningServerHasNothingLeftToRemove() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    Path left = Files.createDirectory(data.resolve("unfinished-native-17"));
    Path other = Files.createDirectories(directory.resolve("other/unfinished-native-18"));
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Process server = up(data, temporary);
    try (BufferedReader said = server.inputReader()) {
      assertTrue(String.valueOf(said.readLine()).startsWith("ready "));
      assertFalse(Files.exists(left), "of an earlier process");
      assertTrue(Files.exists(other), "of another directory");
      assertEquals(Set.of(), sqlite(temporary));
      assertEquals(Set.of(), sqlite(data));
    } finally {
      server.destroyForcibly().waitFor();
    }
    assertEquals(Set.of(), sqlite(temporary));
  }

  private static Process up(Path data, Path temporary) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            List.of(
                java.toString(),
                "-Djava.io.tmpdir=" + temporary,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.ballast.app.Main",
                "up",
                "--port=0",
                "--runtime=simulated",
                "--data=" + data))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static Set<String> sqlite(Path directory) throws IOException {
    return names(directory).stream()
        .filter(name -> name.startsWith("sqlite-") || name.startsWith("unfinished"))
        .collect(Collectors.toSet());
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> content = Files.list(directory)) {
      return content.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}

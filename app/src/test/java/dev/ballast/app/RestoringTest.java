package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.stategrid.Settings;
import dev.ballast.stategrid.StateGrid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A backup becomes a data directory, whole or not at all, wherever that is cut off. */
class RestoringTest {

  private static final ObjectKey KEPT = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "kept");

  /** What a process does not live through; nothing of ours runs after it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  @TempDir Path directory;

  private Path backup;
  private Path data;

  @BeforeEach
  void backUp() throws IOException {
    Path source = directory.resolve("source");
    for (String name : SecretFiles.SHARED) {
      SecretFiles.write(source, name, ("the secret " + name).getBytes(StandardCharsets.UTF_8));
    }
    backup = directory.resolve("cluster.zip");
    data = directory.resolve("data");
    try (SystemTimers timers = new SystemTimers();
        StateGrid grid = StateGrid.open(Settings.in(source), timers, Telemetry.NONE);
        OutputStream out = Files.newOutputStream(backup)) {
      var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
      object.putObject("metadata").put("name", "kept");
      assertTrue(
          grid.store().commit(new Write.Create(KEPT, Json.storable(object)))
              instanceof CommitResult.Committed);
      Backup.write(grid, source, out);
      assertEquals(List.of(), found(source, "unfinished"), "its copy is gone");
    }
  }

  @Test
  void whoeverDiesAtAnyStepCanRepeatIt() throws IOException {
    List<String> steps = new ArrayList<>();
    new Restoring(steps::add).restore(backup, data);
    requireWhole(data);
    assertTrue(steps.size() > SecretFiles.SHARED.size(), steps.toString());
    for (int last = 1; last <= steps.size(); last++) {
      Path torn = directory.resolve("torn-" + last);
      killAfter(last, torn);
      String where = "killed after " + steps.get(last - 1);
      StartFailure refused = assertThrows(StartFailure.class, () -> up(torn), where);
      assertTrue(refused.getMessage().contains("repeat: ballast restore"), refused.getMessage());
      dieWriting(torn, SecretFiles.SHARED.get(last % SecretFiles.SHARED.size()));
      new Restoring().restore(backup, torn);
      requireWhole(torn);
    }
  }

  /**
   * An attempt that is repeated with another backup, which is damaged, leaves nothing of either.
   */
  @Test
  void aDamagedBackupLeavesNothingOfTheAttemptBefore() throws IOException {
    killAfter(SecretFiles.SHARED.size(), data);
    dieWriting(data, "members/ca.key");
    Path damaged = directory.resolve("damaged.zip");
    byte[] whole = Files.readAllBytes(backup);
    Files.write(damaged, Arrays.copyOf(whole, whole.length / 2));
    assertThrows(StartFailure.class, () -> new Restoring().restore(damaged, data));
    assertEquals(List.of(), found(data, ""));
    new Restoring().restore(backup, data);
    requireWhole(data);
  }

  @Test
  void aDirectoryThatIsNotEmptyIsRefusedAndLeftAsItIs() throws IOException {
    Files.createDirectories(data);
    Files.writeString(data.resolve("tokens"), "another cluster's");
    StartFailure refused =
        assertThrows(StartFailure.class, () -> new Restoring().restore(backup, data));
    assertTrue(refused.getMessage().contains("is not empty"), refused.getMessage());
    assertEquals(List.of("tokens"), found(data, ""));
    assertEquals("another cluster's", Files.readString(data.resolve("tokens")));
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    Files.writeString(data, "a person's");
    StartFailure refused =
        assertThrows(StartFailure.class, () -> new Restoring().restore(backup, data));
    assertEquals(
        "--data " + data + " is a file: restore into an empty or absent directory",
        refused.getMessage());
    assertEquals("a person's", Files.readString(data));
    refused =
        assertThrows(StartFailure.class, () -> new Restoring().restore(data.resolve("x"), backup));
    assertTrue(refused.getMessage().contains(backup + " is a file"), refused.getMessage());
  }

  @Test
  void whatIsNoWholeBackupIsRefusedWithWhatIsWrong() throws IOException {
    byte[] whole = Files.readAllBytes(backup);
    byte[] other = whole.clone();
    other[whole.length / 2] ^= 1;
    refuses(other, "damaged");
    refuses(Arrays.copyOf(whole, whole.length / 2), "cut off");
    refuses(Arrays.copyOf(whole, 20), "no backup, or nothing but its beginning");
    refuses("no backup at all".getBytes(StandardCharsets.UTF_8), "no backup");
    refuses(new byte[0], "no backup");
    Backup.check(backup);
  }

  private void refuses(byte[] bytes, String why) throws IOException {
    Path file = Files.write(directory.resolve("other.zip"), bytes);
    for (String message :
        List.of(
            assertThrows(IOException.class, () -> Backup.check(file)).getMessage(),
            assertThrows(StartFailure.class, () -> new Restoring().restore(file, data))
                .getMessage())) {
      assertTrue(message.contains(why), why + " is expected: " + message);
    }
    assertEquals(List.of(), found(data, ""));
  }

  @Test
  void aCopyThatAKilledBackupLeftIsRemovedAtStart() throws IOException {
    Files.createDirectories(data);
    Files.writeString(data.resolve("unfinished-backup-1.db"), "half");
    Files.writeString(data.resolve("unfinished-backup-12345.db-journal"), "half");
    Set<String> peoples =
        Set.of(
            "backup.db",
            "backup1.db",
            "backup-before-upgrade.db",
            "backup.db.gz",
            "unfinished-backup-1.db.gz",
            "unfinished-backup-of-monday.db");
    for (String name : peoples) {
      Files.writeString(data.resolve(name), "a person's");
    }
    Path folder = Files.createDirectories(data.resolve("unfinished-backup-2.db"));
    Files.writeString(folder.resolve("notes"), "a person's");
    Backup.removeLeftovers(data);
    Set<String> left = new TreeSet<>(peoples);
    left.add("unfinished-backup-2.db");
    assertEquals(left, new TreeSet<>(found(data, "")));
  }

  /** Who watched the first would miss what the second gives the same revisions to. */
  @Test
  void theSameBackupRestoredLaterBeginsBehindWhatTheFirstGaveOut() {
    Instant day = Instant.parse("2026-11-22T00:00:00Z");
    long used = 0;
    for (int minute = 0; minute < 3; minute++) {
      Path where = directory.resolve("restored-" + minute);
      Instant now = day.plusSeconds(60L * minute);
      new Restoring(InstantSource.fixed(now), step -> {}).restore(backup, where);
      try (SystemTimers timers = new SystemTimers();
          StateGrid grid = StateGrid.open(Settings.in(where), timers, Telemetry.NONE)) {
        assertTrue(grid.store().revision() > used, grid.store().revision() + " after " + used);
        var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", "later");
        ObjectKey later = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "later");
        grid.store().commit(new Write.Create(later, Json.storable(object)));
        used = grid.store().revision();
      }
    }
  }

  private void killAfter(int step, Path where) {
    int[] left = {step};
    Restoring dying =
        new Restoring(
            name -> {
              if (--left[0] == 0) {
                throw new Killed();
              }
            });
    assertThrows(Killed.class, () -> dying.restore(backup, where));
  }

  /** As {@link SecretFiles#write} leaves it before the file has its name. */
  private static void dieWriting(Path where, String name) throws IOException {
    Path begun = where.resolve(name + ".new");
    SecretFiles.directory(begun.getParent());
    Files.writeString(begun, "half of it");
  }

  private static void up(Path data) {
    String[] arguments = {"--data", data.toString(), "--port", "0", "--runtime", "simulated"};
    Server.start(CommandLine.populateCommand(new ServerOptions(), arguments)).close();
  }

  private void requireWhole(Path restored) throws IOException {
    for (String name : SecretFiles.SHARED) {
      assertArrayEquals(
          ("the secret " + name).getBytes(StandardCharsets.UTF_8),
          Files.readAllBytes(restored.resolve(name)));
    }
    assertEquals(
        new TreeSet<>(
            Stream.concat(Stream.of("lock", "members", "state.db"), SecretFiles.SHARED.stream())
                .map(name -> name.replaceFirst("/.*", ""))
                .toList()),
        new TreeSet<>(found(restored, "")));
    Restoring.requireNone(restored);
    try (SystemTimers timers = new SystemTimers();
        StateGrid grid = StateGrid.open(Settings.in(restored), timers, Telemetry.NONE)) {
      assertTrue(grid.store().get(KEPT).isPresent());
    }
    assertFalse(Files.exists(restored.resolve("state.db-wal")));
  }

  private static List<String> found(Path where, String beginning) throws IOException {
    if (!Files.exists(where)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(where)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(beginning))
          .toList();
    }
  }
}

package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.testkit.time.WallTimers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 under load. A process of its own writes and tells this one what was acknowledged; it is
 * killed at random moments, and afterwards the history must hold every acknowledged write.
 */
class KillTest {

  private static final int KILLS = Integer.getInteger("ballast.kills", 5);
  private static final int ACKNOWLEDGED_BETWEEN_KILLS = 200;

  /** An acknowledged write; the length stands for the content. */
  private record Acknowledged(String name, long revision, int length) {}

  @TempDir Path directory;

  @Test
  void everyAcknowledgedWriteSurvivesAKill() throws Exception {
    Random random = new Random(42);
    List<Acknowledged> journal = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      writeUntilKilled(ACKNOWLEDGED_BETWEEN_KILLS + random.nextInt(1500), journal);
      verify(journal);
    }
  }

  private void writeUntilKilled(int acknowledgements, List<Acknowledged> journal)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int before = journal.size();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      boolean killed = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        parse(line, journal);
        if (!killed && journal.size() - before >= acknowledgements) {
          process.toHandle().destroyForcibly(); // leaves the pipe open: what was told counts
          killed = true;
        }
      }
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    assertTrue(
        journal.size() - before >= ACKNOWLEDGED_BETWEEN_KILLS,
        "the writer died by itself after " + (journal.size() - before) + " writes");
  }

  /** A line without its end is torn: then nobody was told. */
  private static void parse(String line, List<Acknowledged> journal) {
    String[] parts = line.split(" ");
    if (parts.length == 4) {
      journal.add(new Acknowledged(parts[0], Long.parseLong(parts[1]), Integer.parseInt(parts[2])));
    }
  }

  private void verify(List<Acknowledged> journal) {
    try (StateGrid grid =
        StateGrid.open(
            Settings.in(directory),
            Optional.empty(),
            new WallTimers(),
            Telemetry.NONE,
            () -> new ForgetfulGrid(1))) {
      Map<String, Map<Long, Integer>> history = new HashMap<>();
      WatchQuery all = new WatchQuery(ResourceType.CONFIG_MAPS, "", 0);
      try (Watch watch = grid.store().watch(all, () -> {})) {
        Watch.Poll.Events poll;
        do {
          poll = assertInstanceOf(Watch.Poll.Events.class, watch.poll(1000));
          for (Watch.Event event : poll.events()) {
            history
                .computeIfAbsent(event.document().key().name(), name -> new HashMap<>())
                .put(event.document().revision(), event.document().json().length);
          }
        } while (poll.more());
      }
      for (Acknowledged write : journal) {
        assertEquals(
            write.length(),
            history.getOrDefault(write.name(), Map.of()).get(write.revision()),
            () -> write + " was acknowledged and is not there");
      }
    }
  }
}

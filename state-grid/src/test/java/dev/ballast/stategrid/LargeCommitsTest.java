package dev.ballast.stategrid;

import static dev.ballast.stategrid.GroupTest.create;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.testkit.time.WallTimers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is too large for an entry of the log costs nobody but its writer anything. */
class LargeCommitsTest {

  @TempDir Path directory;

  /** Larger than an entry may be. */
  private static List<Write> tooMuch(String name) {
    return objects(name, 64);
  }

  private static List<Write> objects(String name, int count) {
    return IntStream.range(0, count).mapToObj(i -> create(name + "-" + i, 264_000)).toList();
  }

  private static CommitResult.Refused refused(ResourceStore store, String name) {
    return assertInstanceOf(CommitResult.Refused.class, store.commit(tooMuch(name)));
  }

  private static void committed(CommitResult result) {
    assertInstanceOf(CommitResult.Committed.class, result);
  }

  @Test
  void aGroupKeepsItsLeader() {
    try (LocalGroup group = new LocalGroup(directory, 3, 20_000, Duration.ofSeconds(2))) {
      group.startAll();
      int leader = group.leader();
      long term = group.grid(leader).group().orElseThrow().node().term();
      for (int member = 0; member < 3; member++) {
        ResourceStore store = group.grid(member).store();
        CommitResult.Refused refused = refused(store, "large" + member);
        assertEquals(413, refused.failure().code());
        assertEquals("RequestEntityTooLarge", refused.failure().reason());
        assertTrue(
            refused
                .failure()
                .message()
                .matches("64 objects take 169\\d{5} bytes, and a commit may take 10485760: .*"),
            refused.failure().message());
        committed(store.commit(create("small" + member, 10)));
        committed(store.commit(objects("part" + member, 39)));
      }
      assertEquals(term, group.grid(leader).group().orElseThrow().node().term());
      assertEquals(leader, group.leader());
    }
  }

  /** Else there would be states that cannot be written any more once there is a second member. */
  @Test
  void aMemberAloneTakesWhatAGroupTakes() {
    try (StateGrid alone =
        StateGrid.open(Settings.in(directory), new WallTimers(), Telemetry.NONE)) {
      assertEquals(413, refused(alone.store(), "large").failure().code());
      committed(alone.store().commit(objects("part", 39)));
    }
  }
}

package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.sequence.Sequencer;
import dev.ballast.stategrid.sqlite.Image;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeadingTest {

  private static final Group.Leadership NOBODY =
      new Group.Leadership() {
        @Override
        public void gained(Sequencer.Parts parts, Sequencer sequencer) {
          throw new AssertionError("gained");
        }

        @Override
        public void lost() {}

        @Override
        public void broken(String why) {
          throw new AssertionError(why);
        }

        @Override
        public void removed(String what) {
          throw new AssertionError(what);
        }
      };

  @TempDir Path directory;

  /** Nobody has been given those revisions yet. */
  @Test
  void whatALaterLeaderReservedIsNotTakenForWhatIsThere() {
    try (Image image = Image.at(directory.resolve("state.db"))) {
      image.settle(0, 0);
      Timers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));
      Progress progress = new Progress(image.stored().revision(), 0);
      long shown = progress.revision();
      Publisher publisher = new Publisher(new VersionIndex(), null, null, null, null, progress);
      Applier applier = new Applier(image, publisher, Runnable::run, Telemetry.NONE);
      Leading leading =
          new Leading(
              image,
              publisher,
              applier,
              NOBODY,
              (what, cause) -> NOBODY.broken(what),
              timers,
              Telemetry.NONE);
      Iterator<Optional<Long>> leads = List.of(Optional.of(7L), Optional.of(9L)).iterator();
      boolean began =
          leading.follow(
              leads::next,
              epoch -> {
                throw new AssertionError("sequences in " + epoch);
              });
      assertFalse(began);
      assertEquals(Optional.empty(), leading.now());
      assertEquals(shown, progress.revision());
    }
  }
}

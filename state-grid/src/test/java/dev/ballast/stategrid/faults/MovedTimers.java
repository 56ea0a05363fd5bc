package dev.ballast.stategrid.faults;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.testkit.time.WallTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A clock on the wall that the test moves, by the seconds in a file: where Debian's libfaketime,
 * which moves it for the whole process, is not there.
 */
final class MovedTimers implements Timers {

  private final WallTimers timers = new WallTimers();
  private final Path file;
  private volatile long seconds;

  MovedTimers(Path file) {
    this.file = file;
    read();
  }

  private void read() {
    try {
      seconds =
          Files.exists(file) && !Machine.movesClocks()
              ? Long.parseLong(Files.readString(file).strip())
              : 0;
    } catch (IOException | NumberFormatException beingWritten) {
      // The next look finds it whole.
    }
    timers.schedule(Duration.ofMillis(200), this::read);
  }

  @Override
  public Now now() {
    Now now = timers.now();
    return new Now(now.wall().plusSeconds(seconds), now.monotonicNanos());
  }

  @Override
  public void execute(Runnable task) {
    timers.execute(task);
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    return timers.schedule(delay, task);
  }
}

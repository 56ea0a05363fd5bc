package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What decides runs while this member leads, and never twice at once. */
class DecidingTest {

  /** Runs what it is given when it is told to. */
  private static final class Later implements Timers {
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public Now now() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
      throw new UnsupportedOperationException();
    }

    void runAll() {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }
  }

  private final List<String> done = new ArrayList<>();
  private final Later timers = new Later();
  private final Deciding deciding = new Deciding(this::begin, timers);
  private int began;

  private AutoCloseable begin() {
    int number = ++began;
    done.add("began " + number);
    return () -> done.add("ended " + number);
  }

  @Test
  void itRunsWhileThisMemberLeadsAndMovesAway() {
    deciding.settle();
    assertEquals(List.of(), done);
    deciding.want(true);
    timers.runAll();
    deciding.want(false);
    timers.runAll();
    deciding.want(true);
    timers.runAll();
    assertEquals(List.of("began 1", "ended 1", "began 2"), done);
    deciding.close();
    assertEquals("ended 2", done.getLast());
  }

  @Test
  void whatIsWantedInTheEndCounts() {
    deciding.want(true);
    deciding.want(false);
    timers.runAll();
    assertEquals(List.of(), done, "lost before it was begun");
    deciding.want(true);
    deciding.want(true);
    timers.runAll();
    assertEquals(List.of("began 1"), done, "once");
  }

  @Test
  void nothingBeginsAfterTheEnd() {
    deciding.close();
    deciding.want(true);
    timers.runAll();
    assertEquals(List.of(), done);
  }
}

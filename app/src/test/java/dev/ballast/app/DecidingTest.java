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
  private final Deciding<String> deciding = new Deciding<>(this::begin, timers);

  private AutoCloseable begin(String lead) {
    done.add("began " + lead);
    return () -> done.add("ended " + lead);
  }

  @Test
  void itRunsWhileThisMemberLeadsAndMovesAway() {
    deciding.settle();
    assertEquals(List.of(), done);
    deciding.gained("1");
    timers.runAll();
    deciding.lost();
    timers.runAll();
    deciding.gained("2");
    timers.runAll();
    assertEquals(List.of("began 1", "ended 1", "began 2"), done);
    deciding.close();
    assertEquals("ended 2", done.getLast());
  }

  @Test
  void whatIsWantedInTheEndCounts() {
    deciding.gained("1");
    deciding.lost();
    timers.runAll();
    assertEquals(List.of(), done, "lost before it was begun");
    deciding.gained("2");
    deciding.settle();
    timers.runAll();
    assertEquals(List.of("began 2"), done, "once");
  }

  @Test
  void eachTimeOfLeadingBeginsAnew() {
    deciding.gained("1");
    timers.runAll();
    deciding.lost();
    deciding.gained("2");
    timers.runAll();
    assertEquals(List.of("began 1", "ended 1", "began 2"), done);
  }

  @Test
  void nothingBeginsAfterTheEnd() {
    deciding.close();
    deciding.gained("1");
    timers.runAll();
    assertEquals(List.of(), done);
  }
}

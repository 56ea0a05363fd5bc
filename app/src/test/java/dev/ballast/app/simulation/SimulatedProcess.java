package dev.ballast.app.simulation;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * One run of one program: its clock and its tasks, until it dies. It may die at any step (a task
 * begun, a call made to the store or the engine, its answer received); after that nothing of it
 * runs any more.
 */
final class SimulatedProcess implements Timers {

  private final Timers timers;
  private final Supplier<Duration> skew;
  private final Runnable died;
  private int steps = -1;
  private boolean dead;

  /**
   * @param skew how wrong the machine's wall clock is
   * @param died run once, when it dies
   */
  SimulatedProcess(Timers timers, Supplier<Duration> skew, Runnable died) {
    this.timers = timers;
    this.skew = skew;
    this.died = died;
  }

  @Override
  public Now now() {
    Now now = timers.now();
    return new Now(now.wall().plus(skew.get()), now.monotonicNanos());
  }

  @Override
  public void execute(Runnable task) {
    if (!dead) {
      timers.execute(() -> run(task));
    }
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    return dead ? () -> {} : timers.schedule(delay, () -> run(task));
  }

  /** On the caller's thread; a death ends the task and nothing else. */
  void run(Runnable task) {
    try {
      step();
      task.run();
    } catch (Crash crash) {
      kill();
    }
  }

  /** A line at which it may die. */
  void step() {
    if (!dead && steps > 0 && --steps == 0) {
      kill();
    }
    if (dead) {
      throw new Crash();
    }
  }

  void dieAfter(int moreSteps) {
    steps = moreSteps;
  }

  void kill() {
    if (!dead) {
      dead = true;
      died.run();
    }
  }
}

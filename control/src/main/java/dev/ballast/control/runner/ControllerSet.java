package dev.ballast.control.runner;

import dev.ballast.control.informer.Informers;
import java.util.List;

/**
 * Controllers that start and stop together: when this process becomes leader, and when it ceases to
 * be. Started once; a new term makes a new set.
 */
public final class ControllerSet implements AutoCloseable {

  private final Informers informers;
  private final List<ControllerRunner<?>> runners;

  public ControllerSet(Informers informers, List<ControllerRunner<?>> runners) {
    this.informers = informers;
    this.runners = List.copyOf(runners);
  }

  public void start() {
    runners.forEach(ControllerRunner::start);
    informers.start();
  }

  @Override
  public void close() {
    runners.forEach(ControllerRunner::close);
    informers.close();
  }
}

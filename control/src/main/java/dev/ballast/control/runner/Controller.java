package dev.ballast.control.runner;

import java.time.Duration;
import java.util.List;

/**
 * A controller, as data: what wakes it, what it sees, how it decides. {@link ControllerRunner} runs
 * it.
 *
 * @param name as metrics and Events name it ({@code replicaset}, {@code job})
 * @param component as Events name their source ({@code replicaset-controller})
 * @param workers how many keys are worked on at once
 * @param resync every key is looked at again this often even if nothing changes
 */
public record Controller<S>(
    String name,
    String component,
    List<Trigger<?>> triggers,
    Observer<S> observer,
    Reconciler<S> reconciler,
    int workers,
    Duration resync) {

  public Controller {
    triggers = List.copyOf(triggers);
  }

  /** With the usual number of workers and resync period. */
  public Controller(
      String name, List<Trigger<?>> triggers, Observer<S> observer, Reconciler<S> reconciler) {
    this(name, name + "-controller", triggers, observer, reconciler, 4, Duration.ofMinutes(10));
  }
}

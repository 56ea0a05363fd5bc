package dev.ballast.core.action;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The value a controller's pure {@code reconcile} returns.
 *
 * @param actions performed in order; the first that fails ends this round
 * @param checkAgain look at the same key again after this long even if nothing changes
 */
public record Decision<A>(List<A> actions, Optional<Duration> checkAgain) {

  public Decision {
    actions = List.copyOf(actions);
  }

  public static <A> Decision<A> nothing() {
    return new Decision<>(List.of(), Optional.empty());
  }

  public static <A> Decision<A> of(List<A> actions) {
    return new Decision<>(actions, Optional.empty());
  }

  public Decision<A> andCheckAgain(Duration after) {
    return new Decision<>(actions, Optional.of(after));
  }
}

package dev.ballast.control.runner;

import dev.ballast.core.action.Action;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.StoreUnavailableException;
import java.util.List;

/**
 * Performs what a decision wants outside of the store: asks a provider for a machine, say. May
 * block, and may be asked the same again after a crash in the middle. Thread-safe.
 */
@FunctionalInterface
public interface Effects {

  /** For controllers that want nothing outside of the store. */
  Effects NONE =
      action -> {
        throw new IllegalStateException("nobody performs " + action);
      };

  /**
   * @throws StoreUnavailableException when it needs the store, which cannot answer now
   */
  Outcome perform(Action.Outside action);

  sealed interface Outcome {

    /** It is done, and this is to be recorded of it. */
    record Then(List<Action> actions) implements Outcome {
      public Then {
        actions = List.copyOf(actions);
      }
    }

    /** It is not done. The round ends, and its next one knows why. */
    record Failed(Failure failure) implements Outcome {}
  }
}

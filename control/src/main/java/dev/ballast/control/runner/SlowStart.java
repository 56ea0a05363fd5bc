package dev.ballast.control.runner;

import dev.ballast.core.action.Action;
import dev.ballast.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;

/**
 * Which actions go into one commit: creations of generated names that follow one another go in
 * batches of 1, 2, 4 and so on, at most {@value #MOST}, since what is refused once (a full quota, a
 * template that admission does not like) is refused again. Everything else goes alone, in order.
 * Pure.
 */
final class SlowStart {

  static final int MOST = 64;

  private SlowStart() {}

  static List<List<Action>> steps(List<Action> actions) {
    List<List<Action>> steps = new ArrayList<>();
    List<Action> open = new ArrayList<>();
    ResourceType type = null;
    int batch = 1;
    for (Action action : actions) {
      ResourceType generated = generated(action);
      if (generated == null || !generated.equals(type)) {
        close(open, steps);
        type = generated;
        batch = 1;
      }
      open.add(action);
      if (generated == null || open.size() == batch) {
        close(open, steps);
        batch = Math.min(MOST, batch * 2);
      }
    }
    close(open, steps);
    return steps;
  }

  /** The kind of a creation whose name is to be generated; null for anything else. */
  private static ResourceType generated(Action action) {
    return action instanceof Action.Create create && create.key().name().isEmpty()
        ? create.key().type()
        : null;
  }

  private static void close(List<Action> open, List<List<Action>> steps) {
    if (!open.isEmpty()) {
      steps.add(List.copyOf(open));
      open.clear();
    }
  }
}

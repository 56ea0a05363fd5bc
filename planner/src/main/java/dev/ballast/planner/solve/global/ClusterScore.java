package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.State;
import org.optaplanner.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import org.optaplanner.core.api.score.calculator.IncrementalScoreCalculator;

/**
 * The score, kept incrementally: rules broken, then the price of what is unplaced, then all other
 * prices.
 *
 * <p>Changed seats are noted and worked into the sums when a score is asked for. A move that was
 * found by trying it on the sums themselves finds them as it left them, so it pays once, not for
 * do, undo and do again. One thread, its solver's.
 */
public class ClusterScore
    implements IncrementalScoreCalculator<ClusterPlan, HardMediumSoftLongScore> {

  private ClusterPlan plan;
  private State state;
  private int[] changed = new int[64];
  private int changes;
  private boolean[] noted;

  @Override
  public void resetWorkingSolution(ClusterPlan working) {
    plan = working;
    if (state == null || state.problem() != working.problem()) {
      state = new State(working.problem());
      noted = new boolean[working.board().size()];
    }
    java.util.Arrays.fill(noted, false);
    changes = 0;
    state.reset(working.board().placement());
    working.followedBy(this);
  }

  /** The sums, showing what the board shows. */
  State state() {
    for (int i = 0; i < changes; i++) {
      noted[changed[i]] = false;
      state.move(changed[i], plan.board().at(changed[i]));
    }
    changes = 0;
    return state;
  }

  /** The process may be elsewhere on the board than in the sums. */
  void note(int process) {
    if (!noted[process]) {
      noted[process] = true;
      if (changes == changed.length) {
        changed = java.util.Arrays.copyOf(changed, changes * 2);
      }
      changed[changes++] = process;
    }
  }

  @Override
  public void beforeEntityAdded(Object entity) {
    throw new UnsupportedOperationException("the processes of a problem stay the same");
  }

  @Override
  public void afterEntityAdded(Object entity) {}

  @Override
  public void beforeVariableChanged(Object entity, String variableName) {}

  @Override
  public void afterVariableChanged(Object entity, String variableName) {
    note(((Seat) entity).process());
  }

  @Override
  public void beforeEntityRemoved(Object entity) {
    throw new UnsupportedOperationException("the processes of a problem stay the same");
  }

  @Override
  public void afterEntityRemoved(Object entity) {}

  @Override
  public HardMediumSoftLongScore calculateScore() {
    State now = state();
    return HardMediumSoftLongScore.of(-now.broken(), -now.unplaced(), -now.cost());
  }
}

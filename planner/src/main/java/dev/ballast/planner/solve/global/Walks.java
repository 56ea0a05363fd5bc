package dev.ballast.planner.solve.global;

import java.util.Iterator;
import java.util.Random;
import org.optaplanner.core.api.score.director.ScoreDirector;
import org.optaplanner.core.impl.heuristic.selector.move.factory.MoveIteratorFactory;

/**
 * Moves that are walks, until the search is over: see {@link Walker}. One instance per phase, on
 * its solver's thread.
 */
public final class Walks implements MoveIteratorFactory<ClusterPlan, Relocate> {

  @Override
  public long getSize(ScoreDirector<ClusterPlan> director) {
    return director.getWorkingSolution().board().size();
  }

  @Override
  public Iterator<Relocate> createOriginalMoveIterator(ScoreDirector<ClusterPlan> director) {
    throw new UnsupportedOperationException("walks are drawn at random");
  }

  @Override
  public Iterator<Relocate> createRandomMoveIterator(
      ScoreDirector<ClusterPlan> director, Random random) {
    ClusterPlan plan = director.getWorkingSolution();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !plan.search().isOver();
      }

      @Override
      public Relocate next() {
        return plan.search().walk(plan.following());
      }
    };
  }

  @Override
  public void phaseEnded(ScoreDirector<ClusterPlan> director) {
    director.getWorkingSolution().search().ended(director.getWorkingSolution().board());
  }
}

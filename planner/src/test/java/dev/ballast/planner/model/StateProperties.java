package dev.ballast.planner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The sums that are kept are those that are counted from scratch. */
class StateProperties {

  @Property(tries = 300)
  void keptSumsEqualCountedOnes(@ForAll long seed) {
    Problem problem = RandomProblem.of(seed);
    State state = new State(problem);
    state.reset(problem.start());
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      assertAgrees(problem, state);
      int process = random.nextInt(problem.processes().count());
      int to = random.nextInt(problem.machines().count() + 1) - 1;
      long before = state.cost() + state.unplaced();
      long change = state.at(process) == to ? 0 : state.moveChange(process, to);
      state.move(process, to);
      assertEquals(before + change, state.cost() + state.unplaced(), "the change foretold");
    }
  }

  @Property(tries = 300)
  void exchangesAtOnceAreTwoMoves(@ForAll long seed) {
    Problem problem = RandomProblem.of(seed);
    State state = new State(problem);
    state.reset(problem.start());
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      int count = problem.processes().count();
      state.swap(random.nextInt(count), random.nextInt(count));
      assertAgrees(problem, state);
    }
  }

  @Property(tries = 300)
  void whatMayMoveBreaksNothing(@ForAll long seed) {
    Problem problem = RandomProblem.of(seed);
    State state = new State(problem);
    state.reset(problem.start());
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      int process = random.nextInt(problem.processes().count());
      int to = random.nextInt(problem.machines().count());
      if (state.at(process) != to && state.mayMove(process, to)) {
        long broken = state.broken();
        state.move(process, to);
        assertTrue(state.broken() <= broken, "an allowed move broke a rule");
      }
    }
    assertAgrees(problem, state);
  }

  private static void assertAgrees(Problem problem, State state) {
    Verdict counted = Verdict.of(problem, state.placement());
    assertEquals(
        counted, new Verdict(state.broken(), state.unplaced(), state.cost(), state.open()));
  }
}

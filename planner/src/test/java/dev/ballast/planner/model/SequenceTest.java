package dev.ballast.planner.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SequenceTest {

  /** Machines of 10 each; processes of the sizes given, one group, no rules. */
  private static Problem problem(int machines, int[] start, long... sizes) {
    long[] capacity = new long[machines];
    java.util.Arrays.fill(capacity, 10);
    int[] shape = new int[sizes.length];
    java.util.Arrays.setAll(shape, i -> i);
    int count = sizes.length;
    return new Problem(
        Dimensions.scalars(1),
        Machines.plain(machines, capacity, new int[machines], new long[machines]),
        Shapes.plain(count, sizes),
        new Processes(count, shape, new int[count], start, new long[count], new long[count]),
        Groups.free(1),
        Prices.ofLoads(1, List.of()));
  }

  @Test
  void whatMakesRoomGoesFirst() {
    int[] from = {0, 1};
    Sequence sequence = Sequence.of(problem(3, from, 8, 8), from, new int[] {1, 2});
    assertEquals(List.of(new Sequence.Step(1, 1, 2), new Sequence.Step(0, 0, 1)), sequence.steps());
  }

  @Test
  void oneOfARingStepsAsideWhereThereIsRoom() {
    int[] from = {0, 1};
    Sequence sequence = Sequence.of(problem(3, from, 8, 8), from, new int[] {1, 0});
    assertEquals(3, sequence.steps().size());
    assertEquals(List.of(), sequence.without());
  }

  @Test
  void aRingWithoutRoomIsTold() {
    int[] from = {0, 1};
    Sequence sequence = Sequence.of(problem(2, from, 8, 8), from, new int[] {1, 0});
    assertEquals(List.of(), sequence.steps());
    assertEquals(2, sequence.without().size());
  }

  @Property(tries = 300)
  void everyStateOnTheWayIsLegal(@ForAll long seed) {
    Problem problem = RandomProblem.of(seed);
    java.util.Random random = new java.util.Random(seed);
    int[] to = problem.start();
    for (int i = 0; i < to.length; i++) {
      to[i] = random.nextBoolean() ? to[i] : random.nextInt(problem.machines().count());
    }
    Sequence sequence = Sequence.of(problem, problem.start(), to);
    int[] now = problem.start();
    long broken = Verdict.of(problem, now).broken();
    for (Sequence.Step step : sequence.steps()) {
      assertEquals(step.from(), now[step.process()]);
      now[step.process()] = step.to();
      long after = Verdict.of(problem, now).broken();
      assertTrue(after <= broken, "a step broke a rule");
      broken = after;
    }
    for (Sequence.Step step : sequence.without()) {
      to[step.process()] = step.from();
    }
    for (int i = 0; i < to.length; i++) {
      to[i] = problem.start()[i] < 0 ? Problem.UNPLACED : to[i];
    }
    assertArrayEquals(to, now);
  }
}

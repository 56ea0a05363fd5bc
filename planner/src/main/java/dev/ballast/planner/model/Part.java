package dev.ballast.planner.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A problem of some of the machines of another, with the processes on them and some unplaced ones.
 * Where no rule or price reaches beyond one machine ({@link Problem#separable}), parts may be
 * improved at the same time and put together again.
 *
 * @param machines by machine of the part, the machine of the whole
 * @param processes by process of the part, the process of the whole
 */
public record Part(Problem problem, int[] machines, int[] processes, int[] placement) {

  /**
   * @param machines in rising order
   * @param waiting unplaced processes that the part may place
   */
  public static Part of(Problem whole, int[] placement, int[] machines, BitSet waiting) {
    int[] index = new int[whole.machines().count()];
    Arrays.fill(index, -1);
    for (int i = 0; i < machines.length; i++) {
      index[machines[i]] = i;
    }
    int[] processes = new int[placement.length];
    int count = 0;
    for (int p = 0; p < placement.length; p++) {
      if (placement[p] < 0 ? waiting.get(p) : index[placement[p]] >= 0) {
        processes[count++] = p;
      }
    }
    processes = Arrays.copyOf(processes, count);
    int[] own = new int[count];
    for (int i = 0; i < count; i++) {
      own[i] = placement[processes[i]] < 0 ? -1 : index[placement[processes[i]]];
    }
    return new Part(problem(whole, machines, processes, index), machines, processes, own);
  }

  /** The problem without what a placement leaves out: bounds of its cost are bounds of this. */
  public static Problem placed(Problem whole, int[] placement) {
    int[] all = IntStream.range(0, whole.machines().count()).toArray();
    return of(whole, placement, all, new BitSet()).problem();
  }

  /** Writes a placement of the part into one of the whole. */
  public void into(int[] whole, int[] own) {
    for (int i = 0; i < own.length; i++) {
      whole[processes[i]] = own[i] < 0 ? Problem.UNPLACED : machines[own[i]];
    }
  }

  private static Problem problem(Problem whole, int[] machines, int[] processes, int[] index) {
    Processes all = whole.processes();
    // A start outside the part is a place to be away from.
    int[] start = pick(all.start(), processes, 1);
    for (int i = 0; i < start.length; i++) {
      start[i] = start[i] < 0 ? -1 : index[start[i]];
    }
    return new Problem(
        whole.dimensions(),
        machines(whole, machines),
        shapes(whole.shapes(), machines),
        new Processes(
            processes.length,
            pick(all.shape(), processes, 1),
            pick(all.group(), processes, 1),
            start,
            pick(all.movePrice(), processes, 1),
            pick(all.unplacedPrice(), processes, 1)),
        whole.groups(),
        whole.prices());
  }

  private static Machines machines(Problem whole, int[] chosen) {
    Machines all = whole.machines();
    int scalars = whole.dimensions().scalars();
    return new Machines(
        chosen.length,
        pick(all.capacity(), chosen, scalars),
        pick(all.safe(), chosen, scalars),
        pick(all.curveCapacity(), chosen, whole.dimensions().curves()),
        pick(all.location(), chosen, 1),
        pick(all.neighbourhood(), chosen, 1),
        pick(all.kind(), chosen, 1),
        pick(all.openPrice(), chosen, 1));
  }

  private static Shapes shapes(Shapes all, int[] machines) {
    List<BitSet> sets = new ArrayList<>();
    for (BitSet set : all.sets()) {
      BitSet own = new BitSet(machines.length);
      for (int i = 0; i < machines.length; i++) {
        own.set(i, set.get(machines[i]));
      }
      sets.add(own);
    }
    return new Shapes(all.count(), all.demand(), all.curve(), all.allowed(), sets);
  }

  private static long[] pick(long[] rows, int[] chosen, int width) {
    long[] picked = new long[chosen.length * width];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(rows, chosen[i] * width, picked, i * width, width);
    }
    return picked;
  }

  private static int[] pick(int[] rows, int[] chosen, int width) {
    int[] picked = new int[chosen.length * width];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(rows, chosen[i] * width, picked, i * width, width);
    }
    return picked;
  }
}

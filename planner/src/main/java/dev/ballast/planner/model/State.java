package dev.ballast.planner.model;

import java.util.Arrays;

/**
 * A placement under change, with every sum that its score needs kept up to date, and what a change
 * would cost before it is made. Made for millions of questions a second: the methods take indexes
 * and trust them. One thread.
 */
public final class State {

  private final Problem problem;
  private final int[] shape;
  private final int[] group;
  private final int[] start;
  private final long[] movePrice;
  private final long[] unplacedPrice;
  private final long groupMove;
  private final int[] machineMove;
  private final int machines;
  private final Shapes shapes;

  private final int[] at;
  private final int[] position;
  private final int[][] members;
  private final int[] size;
  private Loads loads;
  private Relations relations;
  private long moveCost;
  private long unplaced;

  public State(Problem problem) {
    this.problem = problem;
    Processes processes = problem.processes();
    shape = processes.shape();
    group = processes.group();
    start = processes.start();
    movePrice = processes.movePrice();
    unplacedPrice = processes.unplacedPrice();
    groupMove = problem.prices().groupMove();
    machineMove = problem.prices().machineMove();
    machines = problem.machines().count();
    shapes = problem.shapes();
    at = new int[processes.count()];
    position = new int[at.length];
    members = new int[machines + 1][8];
    size = new int[machines + 1];
    loads = new Loads(problem);
    clear();
  }

  private void clear() {
    Arrays.fill(size, 0);
    loads.clear();
    relations = new Relations(problem);
    moveCost = 0;
    unplaced = 0;
    for (int process = 0; process < at.length; process++) {
      at[process] = Problem.UNPLACED;
      unplaced += unplacedPrice[process];
      join(process, Problem.UNPLACED);
    }
  }

  /** Makes it show that placement. */
  public void reset(int[] placement) {
    clear();
    for (int process = 0; process < at.length; process++) {
      if (placement[process] >= 0) {
        move(process, placement[process]);
      }
    }
  }

  public Problem problem() {
    return problem;
  }

  /** The machine of a process, or -1. */
  public int at(int process) {
    return at[process];
  }

  public int[] placement() {
    return at.clone();
  }

  /** How many processes are on a machine; on -1, how many are unplaced. */
  public int size(int machine) {
    return size[machine + 1];
  }

  /** One of the processes on a machine (or unplaced: -1), by its position there. */
  public int member(int machine, int index) {
    return members[machine + 1][index];
  }

  /** Rules broken. */
  public long broken() {
    return loads.totalOver() + relations.broken();
  }

  /** The price of all unplaced processes. */
  public long unplaced() {
    return unplaced;
  }

  /** All other prices. */
  public long cost() {
    return loads.totalCost() + moveCost + groupMove * relations.mostMoved();
  }

  /** Machines that hold a process. */
  public int open() {
    return loads.open();
  }

  /** What a machine's load costs. */
  public long cost(int machine) {
    return loads.cost(machine);
  }

  public long use(int machine, int scalar) {
    return loads.use(machine, scalar);
  }

  public long free(int machine, int scalar) {
    return loads.free(machine, scalar);
  }

  /** What moving a process (to -1: leaving it out) would add to {@link #cost} and unplaced. */
  public long moveChange(int process, int to) {
    int from = at[process];
    long change = pricesOfMove(process, from, to);
    change += from >= 0 ? loads.change(from, -1, process) : 0;
    change += to >= 0 ? loads.change(to, process, -1) : 0;
    return change;
  }

  /** What exchanging two processes' places would add, nearly where both are of one group. */
  public long swapChange(int one, int other) {
    int a = at[one];
    int b = at[other];
    long change = pricesOfMove(one, a, b) + pricesOfMove(other, b, a);
    change += a >= 0 ? loads.change(a, other, one) : 0;
    change += b >= 0 ? loads.change(b, one, other) : 0;
    return change;
  }

  /**
   * Whether {@link #roughMoveChange} and {@link #roughSwapChange} are cheaper than the exact ones.
   */
  public boolean estimates() {
    return loads.estimates();
  }

  /** About what {@link #moveChange} says. */
  public long roughMoveChange(int process, int to) {
    int from = at[process];
    long change = pricesOfMove(process, from, to);
    change += from >= 0 ? loads.estimate(from, -1, process) : 0;
    change += to >= 0 ? loads.estimate(to, process, -1) : 0;
    return change;
  }

  /** About what {@link #swapChange} says. */
  public long roughSwapChange(int one, int other) {
    int a = at[one];
    int b = at[other];
    long change = pricesOfMove(one, a, b) + pricesOfMove(other, b, a);
    change += a >= 0 ? loads.estimate(a, other, one) : 0;
    change += b >= 0 ? loads.estimate(b, one, other) : 0;
    return change;
  }

  private long pricesOfMove(int process, int from, int to) {
    long change = 0;
    if (from < 0) {
      change -= unplacedPrice[process];
    } else if (to < 0) {
      change += unplacedPrice[process];
    }
    int home = start[process];
    if (home < 0) {
      return change;
    }
    int was = away(from, home);
    int is = away(to, home);
    if (was != is) {
      change += (is - was) * movePrice[process];
      if (groupMove != 0) {
        change += groupMove * relations.mostMovedChange(group[process], is - was);
      }
    }
    if (machineMove.length > 0) {
      change += machineMove(home, to) - machineMove(home, from);
    }
    return change;
  }

  private static int away(int machine, int home) {
    return machine >= 0 && machine != home ? 1 : 0;
  }

  private long machineMove(int home, int machine) {
    return machine < 0 || machine == home ? 0 : machineMove[home * machines + machine];
  }

  /** True when the move breaks no rule. */
  public boolean mayMove(int process, int to) {
    return fits(process, to) && mayMoveGroup(process, to);
  }

  /** True when the process may be there by what it is itself. */
  public boolean allows(int process, int machine) {
    return shapes.allows(shape[process], machine);
  }

  /** True when the process is allowed there and there is room. */
  public boolean fits(int process, int to) {
    return to < 0
        ? !shapes.pinned(shape[process])
        : shapes.allows(shape[process], to) && loads.fits(to, process, -1);
  }

  /** True when rules between processes allow the move; room is not looked at. */
  public boolean mayMoveGroup(int process, int to) {
    return to < 0 || relations.mayMove(group[process], at[process], to);
  }

  /** True when the exchange's amounts fit; see {@link #maySwapGroups}. */
  public boolean swapFits(int one, int other) {
    int a = at[one];
    int b = at[other];
    return (b < 0 || loads.fits(b, one, other)) && (a < 0 || loads.fits(a, other, one));
  }

  /** True when rules between processes allow the exchange for sure. */
  public boolean maySwapGroups(int one, int other) {
    int a = at[one];
    int b = at[other];
    return (b < 0 ? !shapes.pinned(shape[one]) : shapes.allows(shape[one], b))
        && (a < 0 ? !shapes.pinned(shape[other]) : shapes.allows(shape[other], a))
        && (group[one] == group[other]
            || (b < 0 || relations.mayMove(group[one], a, b))
                && (a < 0 || relations.mayMove(group[other], b, a)));
  }

  /** Moves a process (to -1: leaves it out), allowed or not. */
  public void move(int process, int to) {
    int from = at[process];
    if (from == to) {
      return;
    }
    reprice(process, from, to);
    unplaced += (to < 0 ? unplacedPrice[process] : 0) - (from < 0 ? unplacedPrice[process] : 0);
    quit(process, from);
    at[process] = to;
    join(process, to);
    if (from >= 0) {
      loads.leave(process, from);
      relations.leave(group[process], from);
    }
    if (to >= 0) {
      loads.enter(process, to);
      relations.enter(group[process], to);
    }
  }

  /** Two processes change places, allowed or not. */
  public void swap(int one, int other) {
    int a = at[one];
    int b = at[other];
    if (a < 0 || b < 0 || a == b) {
      move(one, b);
      move(other, a);
      return;
    }
    reprice(one, a, b);
    reprice(other, b, a);
    quit(one, a);
    quit(other, b);
    at[one] = b;
    at[other] = a;
    join(one, b);
    join(other, a);
    loads.exchange(a, other, one);
    loads.exchange(b, one, other);
    relations.leave(group[one], a);
    relations.leave(group[other], b);
    relations.enter(group[one], b);
    relations.enter(group[other], a);
  }

  private void reprice(int process, int from, int to) {
    int home = start[process];
    if (home < 0) {
      return;
    }
    int was = away(from, home);
    int is = away(to, home);
    moveCost += (is - was) * movePrice[process];
    if (was != is && groupMove != 0) {
      relations.moved(group[process], is - was);
    }
    if (machineMove.length > 0) {
      moveCost += machineMove(home, to) - machineMove(home, from);
    }
  }

  private void join(int process, int machine) {
    int row = machine + 1;
    if (size[row] == members[row].length) {
      members[row] = Arrays.copyOf(members[row], size[row] * 2);
    }
    position[process] = size[row];
    members[row][size[row]++] = process;
  }

  private void quit(int process, int machine) {
    int row = machine + 1;
    int last = members[row][--size[row]];
    members[row][position[process]] = last;
    position[last] = position[process];
  }
}

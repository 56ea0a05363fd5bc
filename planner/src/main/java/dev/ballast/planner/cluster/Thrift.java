package dev.ballast.planner.cluster;

import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes back those moves of a placement that do not earn their price: one by one, and all those off
 * one machine together. Pure.
 */
final class Thrift {

  private static final int ROUNDS = 4;

  private final Problem problem;
  private final State state;
  private final int[] start;

  private Thrift(Problem problem, int[] placement) {
    this.problem = problem;
    this.start = problem.processes().start();
    this.state = new State(problem);
    state.reset(placement);
  }

  static int[] applied(Problem problem, int[] placement) {
    Thrift thrift = new Thrift(problem, placement);
    for (int round = 0; round < ROUNDS; round++) {
      if (!thrift.single() & !thrift.together()) {
        break;
      }
    }
    return thrift.state.placement();
  }

  private boolean moved(int process) {
    return start[process] >= 0 && state.at(process) >= 0 && state.at(process) != start[process];
  }

  private boolean single() {
    boolean any = false;
    for (int process = 0; process < start.length; process++) {
      if (moved(process)
          && state.fits(process, start[process])
          && state.moveChange(process, start[process]) <= 0) {
        state.move(process, start[process]);
        any = true;
      }
    }
    return any;
  }

  private boolean together() {
    Map<Integer, List<Integer>> byStart = new LinkedHashMap<>();
    for (int process = 0; process < start.length; process++) {
      if (moved(process)) {
        byStart.computeIfAbsent(start[process], m -> new ArrayList<>()).add(process);
      }
    }
    boolean any = false;
    for (List<Integer> processes : byStart.values()) {
      any |= processes.size() > 1 && back(processes);
    }
    return any;
  }

  private boolean back(List<Integer> processes) {
    long cost = state.cost();
    int[] at = processes.stream().mapToInt(state::at).toArray();
    int done = 0;
    while (done < at.length && state.fits(processes.get(done), start[processes.get(done)])) {
      state.move(processes.get(done), start[processes.get(done)]);
      done++;
    }
    if (done == at.length && state.cost() <= cost) {
      return true;
    }
    while (done-- > 0) {
      state.move(processes.get(done), at[done]);
    }
    return false;
  }

  @Override
  public String toString() {
    return problem.processes().count() + " processes";
  }
}

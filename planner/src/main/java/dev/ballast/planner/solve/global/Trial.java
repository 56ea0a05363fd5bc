package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.State;
import java.util.Arrays;

/**
 * Changes made to the sums ahead of the board, remembered so that they become one move. One thread.
 */
final class Trial {

  private State state;
  private ClusterScore score;
  private int[] touched = new int[64];
  private int[] origin = new int[64];
  private int[] index;
  private int count;

  /** Begins where the board is. */
  State begin(ClusterScore sums) {
    score = sums;
    state = sums.state();
    int size = state.problem().processes().count();
    if (index == null || index.length != size) {
      index = new int[size];
      Arrays.fill(index, -1);
    }
    return state;
  }

  void move(int process, int to) {
    touch(process);
    state.move(process, to);
  }

  void swap(int one, int other) {
    touch(one);
    touch(other);
    state.swap(one, other);
  }

  private void touch(int process) {
    if (index[process] < 0) {
      if (count == touched.length) {
        touched = Arrays.copyOf(touched, count * 2);
        origin = Arrays.copyOf(origin, count * 2);
      }
      touched[count] = process;
      origin[count] = state.at(process);
      index[process] = count++;
      score.note(process);
    }
  }

  /** What has changed since the beginning, as a move. */
  Relocate end() {
    int[] processes = new int[count];
    int[] machines = new int[count];
    int changes = 0;
    for (int i = 0; i < count; i++) {
      int process = touched[i];
      index[process] = -1;
      if (state.at(process) != origin[i]) {
        processes[changes] = process;
        machines[changes++] = state.at(process);
      }
    }
    count = 0;
    return new Relocate(Arrays.copyOf(processes, changes), Arrays.copyOf(machines, changes));
  }
}

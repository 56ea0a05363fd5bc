package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Problem;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The processes in the order of their sizes. Two of nearly one size change places at little cost,
 * and mostly fit. Immutable.
 */
final class Alike {

  private final int[] bySize;
  private final int[] rank;
  private final int spans;

  Alike(Problem problem) {
    double[] size = sizes(problem);
    int[] shape = problem.processes().shape();
    bySize =
        IntStream.range(0, shape.length)
            .boxed()
            .sorted(Comparator.comparingDouble(process -> size[shape[process]]))
            .mapToInt(process -> process)
            .toArray();
    rank = new int[bySize.length];
    for (int i = 0; i < bySize.length; i++) {
      rank[bySize[i]] = i;
    }
    spans = 32 - Integer.numberOfLeadingZeros(bySize.length);
  }

  /** Another one, near in size: how near is drawn, too. */
  int to(int process, Dice dice) {
    int span = 2 << dice.below(spans);
    int other = rank[process] + dice.below(2 * span + 1) - span;
    return bySize[Math.clamp(other, 0, bySize.length - 1)];
  }

  /** The largest share of an average machine that each shape takes of anything. */
  static double[] sizes(Problem problem) {
    int scalars = problem.dimensions().scalars();
    int columns = problem.dimensions().columns();
    int points = problem.dimensions().points();
    int machines = problem.machines().count();
    double[] room = new double[scalars];
    for (int i = 0; i < machines * scalars; i++) {
      room[i % scalars] += (double) problem.machines().capacity()[i] / machines;
    }
    double[] curveRoom = new double[problem.dimensions().curves()];
    for (int i = 0; i < machines * curveRoom.length; i++) {
      curveRoom[i % curveRoom.length] += (double) problem.machines().curveCapacity()[i] / machines;
    }
    double[] weight = new double[problem.shapes().count()];
    for (int shape = 0; shape < weight.length; shape++) {
      for (int i = 0; i < scalars; i++) {
        long demand = problem.shapes().demand()[shape * scalars + i];
        weight[shape] = Math.max(weight[shape], demand / Math.max(1, room[i]));
      }
      for (int i = 0; i < columns; i++) {
        int demand = problem.shapes().curve()[shape * columns + i];
        weight[shape] = Math.max(weight[shape], demand / Math.max(1, curveRoom[i / points]));
      }
    }
    return weight;
  }
}

package dev.ballast.planner.solve.global;

import java.util.ArrayList;
import java.util.List;

/**
 * How dear placements are at falling heat, and between which heats it is worth being. One thread.
 */
final class Melting {

  private static final int LEAST_SEEN = 4;
  private static final double SETTLED = 0.01;

  /** What is large finds its place while the rest is still in disorder. */
  private static final double ABOVE = 6;

  private record Point(double heat, long worth) {}

  private final long descended;
  private final boolean opens;
  private final List<Point> points = new ArrayList<>();

  /**
   * @param descended what a mere descent came to
   * @param opens whether machines have a price: which of them are in use is decided where all else
   *     is in disorder, so one begins at the hottest
   */
  Melting(long descended, boolean opens) {
    this.descended = descended;
    this.opens = opens;
  }

  /** The heat must fall from call to call. */
  void seen(double heat, long worth) {
    points.add(new Point(heat, worth));
  }

  /**
   * From a little above where placements are as dear as after a mere descent, what is hotter being
   * a waste, down to where they hardly get any cheaper.
   */
  Heat within(Heat widest) {
    long least = points.stream().mapToLong(Point::worth).min().orElse(descended);
    if (points.size() < LEAST_SEEN || least >= descended) {
      return widest;
    }
    double hot = points.getFirst().heat();
    double cold = points.getLast().heat();
    for (Point point : points) {
      if (point.worth() >= descended) {
        hot = point.heat();
      }
    }
    double settled = least + SETTLED * (descended - least);
    for (int i = points.size() - 1; i >= 0 && points.get(i).worth() <= settled; i--) {
      cold = points.get(i).heat();
    }
    double enough = opens ? widest.hot() : ABOVE * Math.max(hot, cold);
    return new Heat(Math.min(widest.hot(), enough), cold);
  }
}

package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.Refusal;
import dev.ballast.core.placement.Refusal.Rule;
import dev.ballast.core.plan.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Places gangs (pod groups) whole or not at all. All pods are placed together first; where gangs
 * come out short, the rest is placed without them, and then they are tried one by one, the most
 * urgent first: so two gangs of which one fits never keep each other out. For one plan.
 */
final class WholeGangs {

  /** So many gangs are tried alone; the others wait for the next round. */
  private static final int TRIES = 16;

  /**
   * @param assignments of all pods but those of gangs left apart
   * @param apart why the pods of these gangs wait
   */
  record Outcome(List<Assignment> assignments, List<Plan.Unplaced> apart) {}

  private final ClusterSnapshot snapshot;
  private final Function<List<PodView>, List<Assignment>> solver;

  WholeGangs(ClusterSnapshot snapshot, Function<List<PodView>, List<Assignment>> solver) {
    this.snapshot = snapshot;
    this.solver = solver;
  }

  Outcome place(List<PodView> pods) {
    List<Assignment> all = solver.apply(pods);
    Map<String, Integer> missing = missing(all);
    if (missing.isEmpty()) {
      return new Outcome(all, List.of());
    }
    List<PodView> accepted =
        new ArrayList<>(pods.stream().filter(pod -> !missing.containsKey(pod.gang())).toList());
    List<Assignment> best = solver.apply(accepted);
    List<Plan.Unplaced> apart = new ArrayList<>();
    int tries = 0;
    for (List<PodView> gang : byUrgency(pods, missing)) {
      List<PodView> together = new ArrayList<>(accepted);
      together.addAll(gang);
      List<Assignment> tried = tries++ < TRIES ? solver.apply(together) : List.of();
      if (!tried.isEmpty() && missing(tried).isEmpty()) {
        accepted = together;
        best = tried;
      } else {
        gang.forEach(pod -> apart.add(waits(pod, missing.get(pod.gang()))));
      }
    }
    return new Outcome(best, apart);
  }

  /** For each gang that came out short, how many of its pods found a place. */
  private Map<String, Integer> missing(List<Assignment> assignments) {
    Map<String, Integer> places = new LinkedHashMap<>();
    for (Assignment one : assignments) {
      String gang = one.pod().gang();
      if (snapshot.gangNeeds(gang) > 0) {
        places.merge(gang, one.getNode() == null ? 0 : 1, Integer::sum);
      }
    }
    places
        .entrySet()
        .removeIf(
            gang ->
                gang.getValue() + snapshot.gangBound(gang.getKey())
                    >= snapshot.gangNeeds(gang.getKey()));
    return places;
  }

  private static List<List<PodView>> byUrgency(List<PodView> pods, Map<String, Integer> missing) {
    Map<String, List<PodView>> gangs = new LinkedHashMap<>();
    pods.stream()
        .filter(pod -> missing.containsKey(pod.gang()))
        .sorted(
            Comparator.comparingInt((PodView pod) -> -pod.priority())
                .thenComparing(PodView::created)
                .thenComparing(PodView::gang))
        .forEach(pod -> gangs.computeIfAbsent(pod.gang(), g -> new ArrayList<>()).add(pod));
    return List.copyOf(gangs.values());
  }

  private Plan.Unplaced waits(PodView pod, int places) {
    int nodes = snapshot.nodeCount();
    String reason =
        "node(s) could not take all of pod group %s: %d of the %d pods that it needs fit"
            .formatted(
                pod.gang(),
                places + snapshot.gangBound(pod.gang()),
                snapshot.gangNeeds(pod.gang()));
    return new Plan.Unplaced(
        pod.ref(), nodes, Map.of(new Refusal(Rule.COSCHEDULING, reason), nodes));
  }
}

package dev.ballast.testkit.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Judges who has to go for whom, beside what a {@link PlacementChecker} knows to be there. From
 * "Pod Priority and Preemption" of the Kubernetes documentation: only pods of lower priority go,
 * only where the pod fits without them, none without need, and not those of higher priority where
 * less important ones would do. Budgets are for others to judge. One thread.
 */
public final class EvictionChecker {

  private final PlacementChecker there;
  private final Predicate<JsonNode> settled;

  /**
   * @param settled which pods are there already; nobody goes who only just comes
   */
  public EvictionChecker(PlacementChecker there, Predicate<JsonNode> settled) {
    this.there = there;
    this.settled = settled;
  }

  /**
   * May these pods go from the node for that one? If they may, they do, and it comes. Of GPUs it
   * gets the first.
   */
  public Optional<String> objection(JsonNode pod, String node, List<JsonNode> victims) {
    if (!mayPreempt(pod)) {
      return Optional.of("it never preempts");
    }
    for (JsonNode victim : victims) {
      if (priority(victim) >= priority(pod)) {
        return Optional.of("a victim matters as much: " + victim);
      }
      if (!there.isOn(victim, node) || !settled.test(victim)) {
        return Optional.of("a victim is not there: " + victim);
      }
    }
    victims.forEach(one -> there.leave(one, node));
    Optional<String> wrong =
        there
            .objection(pod, node)
            .map(why -> "it does not fit then: " + why)
            .or(() -> needless(pod, node, victims));
    victims.forEach(one -> there.occupy(one, node));
    wrong = wrong.or(() -> gentler(pod, victims));
    if (wrong.isEmpty()) {
      victims.forEach(one -> there.leave(one, node));
      there.settle(pod, node);
    }
    return wrong;
  }

  /** A node where pods could go for this one, though none do. */
  public Optional<String> neglected(JsonNode pod) {
    return mayPreempt(pod) ? without(pod, priority(pod) - 1) : Optional.empty();
  }

  private Optional<String> needless(JsonNode pod, String node, List<JsonNode> victims) {
    if (wantsCompany(pod)) {
      return Optional.empty(); // who goes may be one that it would rather have there
    }
    for (JsonNode victim : victims) {
      there.occupy(victim, node);
      boolean needed = there.objection(pod, node).isPresent();
      there.leave(victim, node);
      if (!needed) {
        return Optional.of("needlessly goes " + victim);
      }
    }
    return Optional.empty();
  }

  private Optional<String> gentler(JsonNode pod, List<JsonNode> victims) {
    int highest = victims.stream().mapToInt(EvictionChecker::priority).max().orElseThrow();
    return wantsCompany(pod)
        ? Optional.empty()
        : without(pod, highest - 1)
            .map(node -> "on " + node + " only pods of less than " + highest + " would go");
  }

  /** A node that takes the pod once all that matter no more than that are gone from it. */
  private Optional<String> without(JsonNode pod, int priority) {
    for (String node : there.nodes()) {
      List<JsonNode> lesser =
          there.on(node).stream().filter(one -> priority(one) <= priority).filter(settled).toList();
      if (!lesser.isEmpty()) {
        lesser.forEach(one -> there.leave(one, node));
        boolean fits = there.objection(pod, node).isEmpty();
        lesser.forEach(one -> there.occupy(one, node));
        if (fits) {
          return Optional.of(node);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean wantsCompany(JsonNode pod) {
    return pod.path("spec").has("topologySpreadConstraints")
        || pod.path("spec").path("affinity").has("podAffinity");
  }

  private static boolean mayPreempt(JsonNode pod) {
    return !pod.path("spec").path("preemptionPolicy").asText().equals("Never");
  }

  private static int priority(JsonNode pod) {
    return pod.path("spec").path("priority").asInt();
  }
}

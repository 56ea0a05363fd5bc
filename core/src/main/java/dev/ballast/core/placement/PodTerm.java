package dev.ballast.core.placement;

/**
 * "Where such pods are": the domains (nodes with one value of the topology key) that hold a pod of
 * the selector.
 */
public record PodTerm(PodSelector selector, String topologyKey) {

  /**
   * A term that is preferred or, with a negative weight, avoided.
   *
   * @param weight points for each such pod in the domain
   * @param keyed nodes without the key are the last resort (ScheduleAnyway says so)
   */
  public record Weighted(PodTerm term, int weight, boolean keyed) {}
}

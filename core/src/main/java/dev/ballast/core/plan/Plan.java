package dev.ballast.core.plan;

import dev.ballast.core.placement.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one planner wants done, decided on the state at one revision. It promises nothing: the
 * applier checks every part against the newest state and does what still holds.
 *
 * @param basedOnRevision the newest commit that the decision saw
 * @param evictions pods that must go before bindings that need their room
 * @param claims machines to get for what fits nowhere
 */
public record Plan(
    long basedOnRevision,
    List<Binding> bindings,
    List<Eviction> evictions,
    List<Claim> claims,
    List<Unplaced> unplaced) {

  public Plan {
    bindings = List.copyOf(bindings);
    evictions = List.copyOf(evictions);
    claims = List.copyOf(claims);
    unplaced = List.copyOf(unplaced);
  }

  public static Plan of(long basedOnRevision, List<Binding> bindings, List<Unplaced> unplaced) {
    return new Plan(basedOnRevision, bindings, List.of(), List.of(), unplaced);
  }

  /**
   * @param devices the numbers of the GPU devices that the pod gets there
   */
  public record Binding(PodRef pod, String node, List<Integer> devices) {
    public Binding {
      devices = List.copyOf(devices);
    }

    public Binding(PodRef pod, String node) {
      this(pod, node, List.of());
    }
  }

  /**
   * @param preemptor the pod that needs the room
   */
  public record Eviction(PodRef pod, String node, PodRef preemptor) {}

  /**
   * A machine wanted.
   *
   * @param name the same claim keeps its name, so that it is bought once
   * @param pool the pool that shall provide it
   * @param requests what it must at least offer, as resource quantities
   */
  public record Claim(String name, String pool, Map<String, String> requests) {
    public Claim {
      requests = Map.copyOf(requests);
    }
  }

  /**
   * A pod that fits nowhere now.
   *
   * @param nodes how many nodes were considered
   * @param refusals how many of them said no for each reason; a node short of several resources
   *     counts for each
   */
  public record Unplaced(PodRef pod, int nodes, Map<Refusal, Integer> refusals) {
    public Unplaced {
      refusals = Map.copyOf(refusals);
    }

    /** Which kinds of rules refused it somewhere. */
    public Set<Refusal.Rule> rules() {
      return refusals.keySet().stream().map(Refusal::rule).collect(Collectors.toSet());
    }

    /** As kube-scheduler words it: {@code 0/3 nodes are available: 1 Insufficient cpu, 2 …}. */
    public String message() {
      if (nodes == 0) {
        return "no nodes available to schedule pods";
      }
      List<String> parts =
          refusals.entrySet().stream()
              .map(refusal -> refusal.getValue() + " " + refusal.getKey().message())
              .sorted()
              .toList();
      return "0/" + nodes + " nodes are available: " + String.join(", ", parts) + ".";
    }
  }
}

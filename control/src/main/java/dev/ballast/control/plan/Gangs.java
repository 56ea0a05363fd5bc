package dev.ballast.control.plan;

import dev.ballast.control.plan.Applied.Dropped;
import dev.ballast.control.plan.Applied.Reason;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.store.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps gangs together when a plan is applied: whole in one commit, or not at all. Pure. */
final class Gangs {

  private Gangs() {}

  /** Bindings of gangs of which too few members are, or would be, bound. */
  static List<Dropped> shortOf(ClusterSnapshot state, Collection<Plan.Binding> bindings) {
    Map<String, List<Plan.Binding>> members = new LinkedHashMap<>();
    for (Plan.Binding binding : bindings) {
      String gang = state.pod(binding.pod().key()).map(PodView::gang).orElse("");
      if (state.gangNeeds(gang) > 0) {
        members.computeIfAbsent(gang, g -> new ArrayList<>()).add(binding);
      }
    }
    List<Dropped> dropped = new ArrayList<>();
    members.forEach(
        (gang, its) -> {
          int there = state.gangBound(gang) + its.size();
          if (there < state.gangNeeds(gang)) {
            String message =
                "only %d of the %d pods that pod group %s needs have a place"
                    .formatted(there, state.gangNeeds(gang), gang);
            its.forEach(one -> dropped.add(new Dropped(one, Reason.GANG_SHORT, message)));
          }
        });
    return dropped;
  }

  /** The writes of each gang that is not complete yet: they go together. */
  static Collection<List<Write.Replace>> apart(
      ClusterSnapshot state, Collection<Write.Replace> writes) {
    Map<String, List<Write.Replace>> parts = new LinkedHashMap<>();
    for (Write.Replace write : writes) {
      String gang = forming(state, write);
      if (!gang.isEmpty()) {
        parts.computeIfAbsent(gang, g -> new ArrayList<>()).add(write);
      }
    }
    return parts.values();
  }

  static List<Write.Replace> loose(ClusterSnapshot state, Collection<Write.Replace> writes) {
    return writes.stream().filter(write -> forming(state, write).isEmpty()).toList();
  }

  private static String forming(ClusterSnapshot state, Write.Replace write) {
    String gang = state.pod(write.key()).map(PodView::gang).orElse("");
    return state.gangBound(gang) < state.gangNeeds(gang) ? gang : "";
  }
}

package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.plan.Plan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Has room made for those that found no place, the most urgent first, and so few at once that a
 * round stays short. For whom nothing can be done stands behind the others until all had their
 * turn: many hopeless pods, however urgent, keep nobody from being helped. One thread.
 */
final class Preemptions {

  private static final int TRIES = 32;

  /** Where one of them finds no room to be made, its siblings do not either. */
  private record Wish(PodShape shape, int priority) {
    static Wish of(PodView pod) {
      return new Wish(pod.shape(), pod.priority());
    }
  }

  private final ClusterSnapshot snapshot;
  private final Set<Wish> hadTheirTurn = new HashSet<>();

  Preemptions(ClusterSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /**
   * Who shall go for these.
   *
   * @param placed what the plan places; it is not in the snapshot yet
   */
  List<Plan.Eviction> decide(Collection<PodView> unplaced, Collection<Assignment> placed) {
    List<PodView> eager =
        unplaced.stream()
            .filter(pod -> pod.preempts() && snapshot.gangNeeds(pod.gang()) == 0)
            .toList();
    if (eager.stream().allMatch(pod -> hadTheirTurn.contains(Wish.of(pod)))) {
      hadTheirTurn.clear();
    }
    if (eager.isEmpty()) {
      return List.of();
    }
    Set<Wish> hopeless = new HashSet<>();
    List<Plan.Eviction> evictions = new ArrayList<>();
    try (Preemption preemption = new Preemption(snapshot, placed)) {
      int tries = 0;
      for (PodView pod : inTurn(eager)) {
        Wish wish = Wish.of(pod);
        if (hopeless.contains(wish)) {
          continue;
        }
        if (++tries > TRIES) {
          hadTheirTurn.addAll(hopeless);
          break;
        }
        Optional<List<Plan.Eviction>> room = preemption.roomFor(pod);
        room.ifPresentOrElse(evictions::addAll, () -> hopeless.add(wish));
      }
    }
    return evictions;
  }

  private List<PodView> inTurn(List<PodView> eager) {
    return eager.stream()
        .sorted(
            Comparator.comparing((PodView pod) -> hadTheirTurn.contains(Wish.of(pod)))
                .thenComparing(PodView::priority, Comparator.reverseOrder()))
        .toList();
  }
}

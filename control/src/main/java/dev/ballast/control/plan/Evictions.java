package dev.ballast.control.plan;

import dev.ballast.control.plan.BatchCommit.Fate;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room for pods of higher priority: first the pod says where ({@code nominatedNodeName}), so
 * that the room is kept for it, then its victims say why they go, and then they are deleted with
 * their own grace. Each step has the victim's uid and revision for a precondition; killed between
 * two steps, the next plan finds what is still to do. For one plan, under the applier's lock.
 */
final class Evictions {

  private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);

  private final ResourceStore store;
  private final ClusterSnapshot state;
  private final Instant now;

  Evictions(ResourceStore store, ClusterSnapshot state, Instant now) {
    this.store = store;
    this.state = state;
    this.now = now;
  }

  /** For each pod that room was to be made for, what there is to tell of the victims that go. */
  Map<PodRef, List<Tell>> perform(List<Plan.Eviction> evictions) {
    Map<PodRef, List<Plan.Eviction>> byPreemptor = new LinkedHashMap<>();
    evictions.forEach(
        one -> byPreemptor.computeIfAbsent(one.preemptor(), p -> new ArrayList<>()).add(one));
    Map<PodRef, List<Tell>> all = new LinkedHashMap<>();
    byPreemptor.forEach(
        (preemptor, victims) -> {
          List<Tell> tells = all.computeIfAbsent(preemptor, p -> new ArrayList<>());
          boolean hold = victims.stream().allMatch(victim -> holds(victim, preemptor));
          if (hold && nominate(preemptor, victims.getFirst().node())) {
            victims.forEach(victim -> evict(victim).ifPresent(tells::add));
          }
        });
    return all;
  }

  /** Is everything as the planner saw it: the one waits, the other is there and matters less? */
  private boolean holds(Plan.Eviction eviction, PodRef preemptor) {
    PodView waiting = state.pod(preemptor.key()).orElse(null);
    PodView victim = state.pod(eviction.pod().key()).orElse(null);
    return waiting != null
        && waiting.ref().equals(preemptor)
        && waiting.waiting()
        && victim != null
        && victim.ref().equals(eviction.pod())
        && victim.node().equals(eviction.node())
        && victim.usesCapacity()
        && victim.priority() < waiting.priority();
  }

  private boolean nominate(PodRef preemptor, String node) {
    Document pod = store.get(preemptor.key()).orElse(null);
    if (pod == null) {
      return false;
    }
    return commit(PodPatches.nominate(pod, node)).isPresent();
  }

  private Optional<Tell> evict(Plan.Eviction eviction) {
    ObjectKey key = eviction.pod().key();
    Document pod = store.get(key).orElse(null);
    PodView known = state.pod(key).orElseThrow();
    if (pod == null || pod.revision() != known.revision() || known.deleting()) {
      return Optional.empty();
    }
    return commit(PodPatches.preempted(pod, now))
        .flatMap(
            revision ->
                commit(new Write.Delete(key, revision, DeleteOptions.ofUid(eviction.pod().uid()))))
        .map(
            done ->
                new Tell(
                    key,
                    eviction.pod().uid(),
                    EventType.NORMAL,
                    "Preempted",
                    "Preempted by pod %s on node %s"
                        .formatted(eviction.preemptor().uid(), eviction.node())));
  }

  private Optional<Long> commit(Write write) {
    if (write instanceof Write.Replace replace) {
      Fate fate = BatchCommit.whole(store, List.of(replace)).get(write.key());
      return switch (fate) {
        case Fate.Done done -> Optional.of(done.revision());
        case Fate.Lost lost -> {
          LOG.debug("{} was not written while making room: {}", write.key(), lost.message());
          yield Optional.empty();
        }
      };
    }
    CommitResult result = store.commit(List.of(write));
    if (result instanceof CommitResult.Committed committed) {
      return Optional.of(committed.revision());
    }
    LOG.debug("{} was not deleted while making room: {}", write.key(), result);
    return Optional.empty();
  }
}

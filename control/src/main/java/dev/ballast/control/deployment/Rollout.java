package dev.ballast.control.deployment;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.replicaset.ReplicaSet;
import dev.ballast.control.workload.Templates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A Deployment's sets, sorted out: the one of the current template, and the others.
 *
 * @param old oldest first
 */
record Rollout(Optional<Cached<ReplicaSet>> current, List<Cached<ReplicaSet>> old) {

  static final Comparator<Cached<ReplicaSet>> OLDEST_FIRST =
      Comparator.<Cached<ReplicaSet>, Instant>comparing(
              set ->
                  Rfc3339.parse(set.value().metadata().creationTimestamp()).orElse(Instant.EPOCH))
          .thenComparing(Cached::key);

  /** Of several sets with the current template the oldest counts, so that all rounds agree. */
  static Rollout of(Deployment deployment, List<Cached<ReplicaSet>> sets) {
    List<Cached<ReplicaSet>> old = new ArrayList<>(sets);
    old.sort(OLDEST_FIRST);
    Optional<Cached<ReplicaSet>> current =
        old.stream()
            .filter(
                set -> Templates.same(set.value().spec().template(), deployment.spec().template()))
            .findFirst();
    current.ifPresent(old::remove);
    return new Rollout(current, old);
  }

  List<Cached<ReplicaSet>> all() {
    List<Cached<ReplicaSet>> all = new ArrayList<>(old);
    current.ifPresent(all::add);
    return all;
  }

  List<Cached<ReplicaSet>> active() {
    return all().stream().filter(set -> set.value().spec().replicas() > 0).toList();
  }

  int totalWanted() {
    return all().stream().mapToInt(set -> set.value().spec().replicas()).sum();
  }
}

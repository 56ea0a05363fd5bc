package dev.ballast.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * All controllers together while commits conflict, answers get lost, watches end and the
 * controllers die between any two steps: what must always hold is checked at every step, what must
 * hold in the end in the end. The seed of a failed run is in its message.
 */
final class ChaosProperties {

  /** The controllers' process dies here. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final String DEPLOYMENT =
      """
      {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},
       'spec':{'replicas':4,'selector':{'matchLabels':{'app':'web'}},
         'template':{'metadata':{'labels':{'app':'web'}},'spec':{'containers':[{'name':'main','image':'v0'}]}}}}
      """;

  private static final String JOB =
      """
      {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'%s','namespace':'default'},
       'spec':{'completions':6,'parallelism':3,'backoffLimit':1000,'completionMode':'%s',
         'template':{'metadata':{'labels':{'toy/ends':'either'}},
           'spec':{'restartPolicy':'Never','containers':[{'name':'main','image':'i'}]}}}}
      """;

  private final Set<String> succeeded = new HashSet<>();
  private final Set<String> failed = new HashSet<>();
  private final Map<String, String> jobOf = new HashMap<>();
  private final Map<String, Long> mostWanted = new HashMap<>();
  private SmallCluster cluster;
  private Random faults;
  private boolean calm;

  @Property(tries = 4)
  void allHoldsWhateverFails(@ForAll long seed) {
    try {
      run(seed);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private void run(long seed) {
    succeeded.clear();
    failed.clear();
    jobOf.clear();
    mostWanted.clear();
    calm = false;
    cluster = new SmallCluster(seed);
    faults = new Random(seed + 1);
    ObjectKey web = cluster.create(ResourceType.DEPLOYMENTS, DEPLOYMENT);
    step(Duration.ofSeconds(30));
    misbehave();
    ObjectKey plain = cluster.create(ResourceType.JOBS, JOB.formatted("plain", "NonIndexed"));
    ObjectKey indexed = cluster.create(ResourceType.JOBS, JOB.formatted("indexed", "Indexed"));
    for (int round = 1; round <= 3; round++) {
      String image = "v" + round;
      cluster.edit(
          web,
          "",
          d -> ((ObjectNode) d.at("/spec/template/spec/containers/0")).put("image", image));
      for (int i = 0; i < 60; i++) {
        step(Duration.ofMillis(300));
        rolloutStaysInBounds();
      }
    }
    calm = true;
    for (int i = 0; i < 120; i++) {
      cluster.timers.runFor(Duration.ofSeconds(5));
      noteEnds();
    }
    rolloutIsDone(web);
    jobIsExact(plain, "");
    jobIsExact(indexed, "0-5");
    allUntracked();
  }

  private void misbehave() {
    cluster.faulty.beforeCommit(this::maybeFail);
    cluster.faulty.afterCommit(
        () -> {
          maybeCrash();
          if (happens(10)) {
            throw new StoreUnavailableException("the answer was lost");
          }
        });
    cluster.faulty.endWatches(() -> happens(15));
  }

  private boolean happens(int oneIn) {
    return !calm && faults.nextInt(oneIn) == 0;
  }

  private void maybeCrash() {
    if (happens(100)) {
      throw new Crash();
    }
  }

  private Optional<CommitResult> maybeFail(List<Write> writes) {
    maybeCrash();
    if (happens(15)) {
      return Optional.of(new CommitResult.Conflict(writes.getFirst().key(), 1, 2));
    }
    return happens(30) ? Optional.of(new CommitResult.Unavailable("injected")) : Optional.empty();
  }

  /** Lets time pass; where the controllers die, new ones take over. */
  private void step(Duration duration) {
    Duration left = duration;
    while (left.isPositive()) {
      Duration part = left.compareTo(Duration.ofMillis(50)) > 0 ? Duration.ofMillis(50) : left;
      try {
        cluster.timers.runFor(part);
      } catch (Crash crash) {
        cluster.crashControllers();
        cluster.startControllers();
      }
      left = left.minus(part);
      noteEnds();
      noSetHasTooManyPods();
    }
  }

  /** What really became of the Jobs' pods. */
  private void noteEnds() {
    for (ObjectNode pod : cluster.all(ResourceType.PODS).values()) {
      String uid = pod.at("/metadata/uid").asText();
      if (pod.at("/metadata/ownerReferences/0/kind").asText().equals("Job")) {
        jobOf.put(uid, pod.at("/metadata/ownerReferences/0/name").asText());
        switch (pod.at("/status/phase").asText()) {
          case "Succeeded" -> succeeded.add(uid);
          case "Failed" -> failed.add(uid);
          default -> {}
        }
      }
    }
  }

  private void rolloutStaysInBounds() {
    int wanted =
        cluster.all(ResourceType.REPLICA_SETS).values().stream()
            .mapToInt(set -> set.at("/spec/replicas").asInt())
            .sum();
    assertTrue(wanted <= 5, () -> "more wanted than replicas and surge: " + sets());
    long available =
        cluster.all(ResourceType.PODS).values().stream()
            .filter(ChaosProperties::isActiveWeb)
            .filter(pod -> pod.at("/status/phase").asText().equals("Running"))
            .count();
    assertTrue(available >= 3, () -> "too few available: " + available + " " + sets());
  }

  private static boolean isActiveWeb(ObjectNode pod) {
    return !pod.at("/metadata").has("deletionTimestamp")
        && !pod.at("/status/phase").asText().equals("Failed")
        && pod.at("/metadata/labels/app").asText().equals("web");
  }

  /** A set never had more pods than it was ever asked for: nothing is made twice. */
  private void noSetHasTooManyPods() {
    for (ObjectNode set : cluster.all(ResourceType.REPLICA_SETS).values()) {
      mostWanted.merge(
          set.at("/metadata/name").asText(), set.at("/spec/replicas").asLong(), Math::max);
    }
    Map<String, Long> pods =
        cluster.all(ResourceType.PODS).values().stream()
            .filter(ChaosProperties::isActiveWeb)
            .collect(
                Collectors.groupingBy(
                    pod -> pod.at("/metadata/ownerReferences/0/name").asText(),
                    Collectors.counting()));
    pods.forEach(
        (set, count) ->
            assertTrue(
                count <= mostWanted.get(set), () -> "too many pods of " + set + ": " + pods));
  }

  private String sets() {
    StringBuilder text = new StringBuilder();
    cluster
        .all(ResourceType.REPLICA_SETS)
        .values()
        .forEach(
            set ->
                text.append(set.at("/metadata/name").asText())
                    .append(' ')
                    .append(set.path("spec").path("replicas"))
                    .append(' ')
                    .append(set.path("status"))
                    .append("; "));
    return text.toString();
  }

  private void rolloutIsDone(ObjectKey web) {
    ObjectNode deployment = cluster.get(web);
    assertEquals(4, deployment.at("/status/updatedReplicas").asInt(), deployment::toString);
    assertEquals(4, deployment.at("/status/replicas").asInt(), deployment::toString);
    assertEquals(4, deployment.at("/status/availableReplicas").asInt(), deployment::toString);
    List<String> images =
        cluster.all(ResourceType.PODS).values().stream()
            .filter(pod -> pod.at("/metadata/labels/app").asText().equals("web"))
            .map(pod -> pod.at("/spec/containers/0/image").asText())
            .toList();
    assertEquals(List.of("v3", "v3", "v3", "v3"), images);
  }

  private void jobIsExact(ObjectKey key, String indexes) {
    ObjectNode job = cluster.get(key);
    long good = succeeded.stream().filter(uid -> jobOf.get(uid).equals(key.name())).count();
    long bad = failed.stream().filter(uid -> jobOf.get(uid).equals(key.name())).count();
    assertEquals(6, job.at("/status/succeeded").asInt(), job::toString);
    assertEquals(6, good, () -> "more pods succeeded than were asked for: " + job);
    assertEquals(bad, job.at("/status/failed").asInt(), job::toString);
    assertEquals(indexes, job.at("/status/completedIndexes").asText(), job::toString);
    assertTrue(job.at("/status").has("completionTime"), job::toString);
  }

  private void allUntracked() {
    cluster
        .all(ResourceType.PODS)
        .values()
        .forEach(pod -> assertTrue(pod.at("/metadata/finalizers").isEmpty(), pod::toString));
  }
}

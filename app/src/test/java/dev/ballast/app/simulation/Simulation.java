package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One run of one seed: faults, then peace, then what is promised in peace. */
final class Simulation {

  private static final Duration STEP = Duration.ofMillis(250);
  private static final int STEPS_UNDER_FAULTS = 480;
  private static final int STEPS_TO_CONVERGE = 2800;

  private final long seed;
  private final Availability web = new Availability("web");
  private final Invariants invariants = Invariants.standard(web);
  private final SimulatedCluster cluster;
  private final People people;
  private final Faults faults;
  private final Deque<String> recent = new ArrayDeque<>();
  private int step;

  Simulation(long seed, Sabotage sabotage) {
    this.seed = seed;
    cluster = new SimulatedCluster(seed, 3, invariants, sabotage);
    people = new People(cluster);
    faults = new Faults(cluster, people);
  }

  /** What is wrong, for people; empty when nothing is. */
  Optional<String> run() {
    return underFaults(STEPS_UNDER_FAULTS)
        .or(this::converging)
        .or(this::rollingOut)
        .or(this::evicting)
        .map(what -> "seed " + seed + ", step " + step + ": " + what + "\n" + recent);
  }

  long fingerprint() {
    return invariants.fingerprint();
  }

  /** The first part only. */
  Optional<String> underFaults(int steps) {
    people.submit();
    for (int i = 0; i < steps; i++) {
      recent.add(step + " " + faults.next());
      if (recent.size() > 40) {
        recent.removeFirst();
      }
      Optional<String> broken = step();
      if (broken.isPresent()) {
        return broken;
      }
    }
    faults.end();
    for (int node = 0; node < 3; node++) {
      faults.cordon(ObjectKey.cluster(ResourceType.NODES, "n" + node), false);
    }
    return Optional.empty();
  }

  private Optional<String> step() {
    step++;
    cluster.runFor(STEP);
    return invariants.broken().stream().findFirst().or(people::lost);
  }

  private Optional<String> converging() {
    for (int i = 0; i < STEPS_TO_CONVERGE; i++) {
      Optional<String> broken = step();
      if (broken.isPresent()) {
        return broken;
      }
      if (step % 8 == 0 && unsettled().isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of("does not converge: " + unsettled() + describe());
  }

  /** In peace, a rollout keeps maxUnavailable and maxSurge at every commit. */
  private Optional<String> rollingOut() {
    int replicas = cluster.get(ResourceType.DEPLOYMENTS, "web").at("/spec/replicas").asInt();
    web.hold(replicas - 1, replicas + 1);
    Faults.rollOut(cluster, "web:final");
    Optional<String> wrong = step().or(this::converging);
    web.release();
    return wrong;
  }

  /** In peace, evictions never take more than the budget gives. */
  private Optional<String> evicting() {
    int replicas = cluster.get(ResourceType.DEPLOYMENTS, "web").at("/spec/replicas").asInt();
    web.hold(replicas - 1, Integer.MAX_VALUE);
    for (int i = 0; i < 60; i++) {
      cluster.all(ResourceType.PODS).forEach(pod -> cluster.evict(pod.key()));
      Optional<String> broken = step();
      if (broken.isPresent()) {
        return broken;
      }
    }
    return Optional.empty();
  }

  /** What has not come to rest yet; "" when all has. */
  private String unsettled() {
    JsonNode deployment = cluster.get(ResourceType.DEPLOYMENTS, "web");
    int replicas = deployment.path("spec").path("replicas").asInt();
    JsonNode status = deployment.path("status");
    if (status.path("observedGeneration").asLong() != deployment.at("/metadata/generation").asLong()
        || status.path("readyReplicas").asInt() != replicas
        || status.path("updatedReplicas").asInt() != replicas
        || status.path("availableReplicas").asInt() != replicas
        || status.path("replicas").asInt() != replicas) {
      return "web wants " + replicas + ": " + status;
    }
    for (String job : List.of("sums", "plain")) {
      JsonNode books = cluster.get(ResourceType.JOBS, job).path("status");
      if (!books.has("completionTime") || books.path("succeeded").asInt() != 6) {
        return job + ": " + books;
      }
    }
    if (!people.heirsAreRight()) {
      return "heirs";
    }
    return remains();
  }

  private String remains() {
    for (Document namespace : cluster.all(ResourceType.NAMESPACES)) {
      if (namespace.tree().path("metadata").has("deletionTimestamp")) {
        return namespace.key() + " still terminates: " + namespace.tree();
      }
    }
    Set<String> ready = new HashSet<>();
    Set<String> uids = new HashSet<>();
    for (Document document : cluster.all(ResourceType.PODS)) {
      JsonNode pod = document.tree();
      uids.add(pod.at("/metadata/uid").asText());
      if (pod.at("/metadata").has("deletionTimestamp")) {
        return document.key() + " still goes";
      }
      if (pod.at("/metadata/labels/app").asText().equals("web")
          && !pod.at("/status/phase").asText().equals("Failed")) {
        ready.add(pod.at("/status/podIP").asText());
      }
    }
    for (Document node : cluster.all(ResourceType.NODES)) {
      if (!node.tree().at("/spec/taints").isEmpty()) {
        return node.key() + " is tainted: " + node.tree().at("/spec/taints");
      }
    }
    boolean orphans =
        cluster.nodes.stream()
            .flatMap(node -> node.containers().stream())
            .anyMatch(c -> c.isRunning() && !uids.contains(c.pod().uid()));
    return orphans ? "containers without a pod" : endpoints(ready);
  }

  private String endpoints(Set<String> ready) {
    Set<String> served = new HashSet<>();
    for (Document slice : cluster.all(ResourceType.ENDPOINT_SLICES)) {
      if (slice.tree().at("/metadata/labels/kubernetes.io~1service-name").asText().equals("web")) {
        for (JsonNode endpoint : slice.tree().path("endpoints")) {
          if (endpoint.at("/conditions/ready").asBoolean()) {
            served.add(endpoint.at("/addresses/0").asText());
          }
        }
      }
    }
    return served.equals(ready) ? "" : "endpoints " + served + ", ready pods " + ready;
  }

  private String describe() {
    StringBuilder text = new StringBuilder("\n");
    for (ResourceType type :
        List.of(
            ResourceType.NODES, ResourceType.REPLICA_SETS, ResourceType.JOBS, ResourceType.PODS)) {
      for (Document document : cluster.all(type)) {
        JsonNode tree = document.tree();
        text.append(document.key()).append(' ').append(tree.at("/spec/nodeName").asText());
        text.append(tree.at("/spec/taints")).append(tree.at("/metadata/finalizers"));
        String status = tree.path("status").toString();
        text.append(status, 0, Math.min(700, status.length()));
        text.append('\n');
      }
    }
    return text.toString();
  }
}

package dev.ballast.app.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole cluster under faults: processes die at any step, commits lose races and answers,
 * watches break, engines lose events and containers. Invariants hold after every step, and when the
 * faults end everything converges. {@code -Dballast.seed} repeats one seed, {@code -Dballast.seeds}
 * sets how many.
 */
class ClusterSimulationTest {

  private static final Duration STEP = Duration.ofMillis(200);
  private static final int STEPS_UNDER_FAULTS = 300;
  private static final ObjectKey WEB = new ObjectKey(ResourceType.DEPLOYMENTS, "default", "web");

  static LongStream seeds() {
    Long one = Long.getLong("ballast.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Integer.getInteger("ballast.seeds", 6));
  }

  private SimulatedCluster cluster;

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void holdsItsInvariantsUnderFaultsAndConvergesAfterThem(long seed) {
    cluster = new SimulatedCluster(seed, 3);
    submit();
    for (int step = 0; step < STEPS_UNDER_FAULTS; step++) {
      String fault = injectOne();
      cluster.timers.runFor(STEP);
      checkInvariants("seed " + seed + ", step " + step + ", after " + fault);
    }
    endFaults();
    for (int step = 0; step < 3000 && !hasConverged(); step++) {
      cluster.timers.runFor(STEP);
      checkInvariants("seed " + seed + ", converging, step " + step);
    }
    assertTrue(hasConverged(), () -> "seed " + seed + " did not converge: " + describe());
    assertEquals(
        6, cluster.get(ResourceType.JOBS, "sums").path("status").path("succeeded").asInt());
  }

  private void submit() {
    cluster.create(
        """
        {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},
         'spec':{'replicas':5,'selector':{'matchLabels':{'app':'web'}},
          'template':{'metadata':{'labels':{'app':'web'}},'spec':{
           'terminationGracePeriodSeconds':1,'containers':[{'name':'main','image':'web:1',
            'resources':{'requests':{'cpu':'1','memory':'1Gi'}}}]}}}}
        """);
    cluster.create(
        """
        {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'sums','namespace':'default'},
         'spec':{'completions':6,'parallelism':3,'backoffLimit':1000,'completionMode':'Indexed',
          'template':{'metadata':{'annotations':{'simulated.ballast.dev/main':'exit-0-after-3s'}},
           'spec':{'restartPolicy':'Never','containers':[{'name':'main','image':'sum:1',
            'resources':{'requests':{'cpu':'2','memory':'1Gi'}}}]}}}}
        """);
  }

  private String injectOne() {
    SimulatedMember node = cluster.nodes.get(cluster.random.nextInt(cluster.nodes.size()));
    switch (cluster.random.nextInt(24)) {
      case 0 -> {
        cluster.crashControl();
        cluster.startControl();
        return "a crash of the control plane";
      }
      case 1, 2 -> {
        node.dropAgent();
        node.startAgent();
        return "a crash of the agent of " + node.name;
      }
      case 3 -> {
        cluster.faulty.beforeCommit(
            writes ->
                cluster.random.nextInt(3) == 0
                    ? Optional.of(new CommitResult.Unavailable("simulated"))
                    : Optional.empty());
        return "commits that fail";
      }
      case 4 -> {
        cluster.faulty.beforeCommit(writes -> Optional.empty());
        return "commits that work again";
      }
      case 5 -> {
        cluster.faulty.endWatches(() -> cluster.random.nextInt(20) == 0);
        node.link.endWatches(() -> cluster.random.nextInt(20) == 0);
        return "watches that break";
      }
      case 6 -> {
        node.runtime.loseEvents(true);
        return "lost events on " + node.name;
      }
      case 7 -> {
        node.runtime.loseEvents(false);
        return "events again on " + node.name;
      }
      case 8 -> {
        return killOneContainer(node);
      }
      case 9 -> {
        int replicas = 3 + cluster.random.nextInt(5);
        cluster.edit(WEB, web -> web.withObjectProperty("spec").put("replicas", replicas));
        return "a scale to " + replicas;
      }
      case 10 -> {
        String image = "web:" + cluster.random.nextInt(4);
        cluster.edit(
            WEB,
            web ->
                ((com.fasterxml.jackson.databind.node.ObjectNode)
                        web.at("/spec/template/spec/containers/0"))
                    .put("image", image));
        return "a rollout of " + image;
      }
      case 11 -> {
        node.engineDown(true);
        return "a dead engine on " + node.name;
      }
      case 12, 13 -> {
        node.engineDown(false);
        return "a live engine on " + node.name;
      }
      default -> {
        return "nothing";
      }
    }
  }

  private static String killOneContainer(SimulatedMember node) {
    node.engineDown(false);
    return node.containers().stream()
        .filter(container -> container.isRunning() && !container.isSandbox())
        .findFirst()
        .map(
            container -> {
              node.runtime.kill(container.id(), 137);
              return "a killed container on " + node.name;
            })
        .orElse("nothing");
  }

  private void endFaults() {
    cluster.faulty.beforeCommit(writes -> Optional.empty());
    cluster.faulty.endWatches(() -> false);
    for (SimulatedMember node : cluster.nodes) {
      node.link.endWatches(() -> false);
      node.runtime.loseEvents(false);
      node.engineDown(false);
    }
  }

  private void checkInvariants(String when) {
    Map<String, Integer> live = new HashMap<>();
    for (SimulatedMember node : cluster.nodes) {
      for (ContainerState container : node.containers()) {
        if (container.isRunning() && !container.isSandbox()) {
          live.merge(container.pod().uid() + "/" + container.container(), 1, Integer::sum);
        }
      }
    }
    live.forEach(
        (container, count) ->
            assertEquals(1, count, () -> when + ": " + container + " runs more than once"));
    checkNoOvercommit(when);
  }

  private void checkNoOvercommit(String when) {
    Map<String, Long> used = new HashMap<>();
    for (Document document : cluster.all(ResourceType.PODS)) {
      JsonNode pod = document.tree();
      String phase = pod.path("status").path("phase").asText();
      if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
        used.merge(
            pod.path("spec").path("nodeName").asText(""),
            Quantity.parse(pod.at("/spec/containers/0/resources/requests/cpu").asText()).millis(),
            Long::sum);
      }
    }
    for (Document document : cluster.all(ResourceType.NODES)) {
      JsonNode node = document.tree();
      long allocatable = Quantity.parse(node.at("/status/allocatable/cpu").asText("0")).millis();
      long taken = used.getOrDefault(document.key().name(), 0L);
      assertTrue(
          taken <= allocatable,
          () ->
              when
                  + ": "
                  + document.key()
                  + " has "
                  + taken
                  + " of "
                  + allocatable
                  + " millicores");
    }
  }

  private boolean hasConverged() {
    JsonNode web = cluster.get(ResourceType.DEPLOYMENTS, "web");
    int replicas = web.path("spec").path("replicas").asInt();
    JsonNode status = web.path("status");
    return status.path("observedGeneration").asLong() == web.at("/metadata/generation").asLong()
        && status.path("readyReplicas").asInt() == replicas
        && status.path("updatedReplicas").asInt() == replicas
        && status.path("replicas").asInt() == replicas
        && cluster.get(ResourceType.JOBS, "sums").path("status").has("completionTime")
        && orphans().isEmpty();
  }

  /** Running containers whose pod is not there any more. */
  private Set<String> orphans() {
    Set<String> pods = new HashSet<>();
    cluster
        .all(ResourceType.PODS)
        .forEach(pod -> pods.add(pod.tree().path("metadata").path("uid").asText()));
    Set<String> orphans = new HashSet<>();
    for (SimulatedMember node : cluster.nodes) {
      for (ContainerState container : node.containers()) {
        if (container.isRunning() && !pods.contains(container.pod().uid())) {
          orphans.add(node.name + " " + container.pod());
        }
      }
    }
    return orphans;
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    text.append(cluster.get(ResourceType.DEPLOYMENTS, "web").path("status")).append('\n');
    text.append(cluster.get(ResourceType.JOBS, "sums").path("status")).append('\n');
    cluster
        .all(ResourceType.PODS)
        .forEach(
            pod ->
                text.append(pod.key())
                    .append(' ')
                    .append(pod.tree().path("spec").path("nodeName"))
                    .append(' ')
                    .append(pod.tree().path("status"))
                    .append('\n'));
    return text.append(orphans()).toString();
  }
}

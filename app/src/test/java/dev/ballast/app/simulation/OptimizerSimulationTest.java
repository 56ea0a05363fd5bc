package dev.ballast.app.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fragmented cluster is packed while whoever packs it, and the controllers, die at any step: at
 * every commit no node has given more than it has, every budget is kept (they allow no pod to be
 * missing at all), and in the end there are as many pods as before, on fewer nodes. {@code
 * -Dballast.seeds} sets how many seeds.
 */
class OptimizerSimulationTest {

  private static final Duration STEP = Duration.ofMillis(250);
  private static final int REPLICAS = 4;

  private static final String DEPLOYMENT =
      """
      {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'%1$s','namespace':'default'},
       'spec':{'replicas':4,'selector':{'matchLabels':{'app':'%1$s'}},
        'template':{'metadata':{'labels':{'app':'%1$s'}},'spec':{
         'terminationGracePeriodSeconds':1,%2$s
         'containers':[{'name':'main','image':'web:1',
          'resources':{'requests':{'cpu':'500m','memory':'256Mi'}}}]}}}}
      """;

  private static final String SPREAD =
      """
      'topologySpreadConstraints':[{'maxSkew':3,'topologyKey':'kubernetes.io/hostname',
       'whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'spread'}}}],
      """;

  private static final String BUDGET =
      """
      {'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'%1$s','namespace':'default'},
       'spec':{'maxUnavailable':0,'selector':{'matchLabels':{'app':'%1$s'}}}}
      """;

  private static final String OPTIMIZER =
      """
      {'apiVersion':'ballast.dev/v1','kind':'Optimizer','metadata':{'name':'default'},
       'spec':{'mode':'%s','goal':'Pack','minPodAgeSeconds':0,'intervalSeconds':10,
        'maxMovesAtOnce':%d,'maxMovesPerMinute':60,'readyTimeoutSeconds':30}}
      """;

  private final Availability plain = new Availability("plain");
  private final Availability spread = new Availability("spread");
  private final Invariants invariants = Invariants.standard(plain, spread);
  private SimulatedCluster cluster;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Integer.getInteger("ballast.seeds", 3));
  }

  private void fragmented(long seed) {
    cluster = new SimulatedCluster(seed, 4, invariants, Sabotage.NONE);
    for (String app : List.of("plain", "spread")) {
      People.must(
          cluster.create(
              ResourceType.DEPLOYMENTS,
              DEPLOYMENT.formatted(app, app.equals("spread") ? SPREAD : "")));
      People.must(cluster.create(ResourceType.POD_DISRUPTION_BUDGETS, BUDGET.formatted(app)));
    }
    run(240, () -> ready("plain") == REPLICAS && ready("spread") == REPLICAS);
    run(20, () -> false);
    assertEquals(4, nodesUsed(), "fragmented at first");
    plain.hold(REPLICAS, REPLICAS);
    spread.hold(REPLICAS, REPLICAS);
  }

  private void optimize(String mode, int atOnce) {
    cluster.optimize();
    People.must(cluster.create(ResourceType.OPTIMIZERS, OPTIMIZER.formatted(mode, atOnce)));
  }

  private void run(int steps, BooleanSupplier until) {
    for (int i = 0; i < steps && !until.getAsBoolean(); i++) {
      cluster.runFor(STEP);
      assertTrue(invariants.broken().isEmpty(), () -> invariants.broken().toString());
    }
  }

  private int ready(String app) {
    return cluster.get(ResourceType.DEPLOYMENTS, app).at("/status/readyReplicas").asInt();
  }

  private Set<String> nodes() {
    Set<String> nodes = new HashSet<>();
    for (Document pod : cluster.all(ResourceType.PODS)) {
      nodes.add(pod.tree().at("/spec/nodeName").asText());
    }
    return nodes;
  }

  private int nodesUsed() {
    return nodes().size();
  }

  private JsonNode optimizer() {
    return cluster
        .api
        .get(ObjectKey.cluster(ResourceType.OPTIMIZERS, "default"))
        .orElseThrow()
        .tree();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aFragmentedClusterIsPackedWhoeverDies(long seed) {
    fragmented(seed);
    optimize("Act", 1 + (int) (seed % 3));
    for (int i = 0; i < 40; i++) {
      if (i % 2 == 0) {
        cluster.killPlanner(1 + cluster.random.nextInt(60));
      } else if (i % 5 == 0) {
        cluster.killControl(1 + cluster.random.nextInt(60));
      }
      run(12, () -> false);
    }
    run(1600, () -> nodesUsed() == 2 && cluster.all(ResourceType.PODS).size() == 2 * REPLICAS);
    run(60, () -> false);
    assertEquals(2, nodesUsed(), () -> "packed: " + nodes() + optimizer());
    assertEquals(2 * REPLICAS, cluster.all(ResourceType.PODS).size());
    assertEquals(REPLICAS, ready("plain"));
    assertEquals(REPLICAS, ready("spread"));
    JsonNode status = optimizer().path("status");
    assertEquals(2, status.path("nodesUsed").asInt(), status::toString);
    assertTrue(status.path("bound").asInt() <= 2 && status.path("bound").asInt() > 0);
  }

  @Test
  void whoObservesMovesNothingAndSaysWhatWouldBeMoved() {
    fragmented(1);
    optimize("Observe", 1);
    Set<String> before = new HashSet<>();
    cluster.all(ResourceType.PODS).forEach(pod -> before.add(pod.key().name()));
    run(80, () -> false);
    Set<String> after = new HashSet<>();
    cluster.all(ResourceType.PODS).forEach(pod -> after.add(pod.key().name()));
    assertEquals(before, after);
    JsonNode status = optimizer().path("status");
    assertTrue(status.path("movesPlanned").asInt() > 0, status::toString);
    assertTrue(status.path("nodesPlanned").asInt() < 4, status::toString);
  }

  @Test
  void withoutAnOptimizerNothingMoves() {
    fragmented(2);
    cluster.optimize();
    run(80, () -> false);
    assertEquals(4, nodesUsed());
  }

  @Test
  void aPriceThatNoMoveEarnsKeepsAllWhereTheyAre() {
    fragmented(3);
    cluster.optimize();
    People.must(
        cluster.create(
            ResourceType.OPTIMIZERS,
            OPTIMIZER.formatted("Act", 3).replace("'mode'", "'disruptionPrice':2000,'mode'")));
    run(80, () -> false);
    assertEquals(4, nodesUsed());
    assertEquals(
        "NothingPays", optimizer().at("/status/conditions/0/reason").asText(), "says so itself");
  }
}

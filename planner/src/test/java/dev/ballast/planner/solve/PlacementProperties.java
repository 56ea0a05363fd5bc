package dev.ballast.planner.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.testkit.placement.PlacementChecker;
import dev.ballast.testkit.placement.RandomCluster;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.optaplanner.core.config.solver.EnvironmentMode;

/** Plans for random clusters, judged by OptaPlanner, by a second score, by the checker. */
class PlacementProperties {

  @Property(tries = 100)
  void theScoreOfAPlanEqualsTheScoreFromScratch(@ForAll long seed) {
    RandomCluster random = new RandomCluster(seed, 1, 8, 1, 25, 60);
    SolvedCluster cluster =
        new SolvedCluster(EnvironmentMode.FULL_ASSERT)
            .withNamespaces(random.namespaces())
            .with(random.nodes(), random.pods());
    Placement solved = cluster.solver.solve(cluster.batch());
    assertEquals(
        new FromScratchScore(cluster.snapshot, cluster.namespaces).calculateScore(solved),
        solved.getScore());
    assertEquals(0, solved.getScore().hardScore());
  }

  /** Pods that are bound may ask for more than there is. */
  @Example
  void aDeviceIsGivenAlsoWhereProcessorsAreOvercommitted() {
    noPlacementIsIllegalAndNoPodThatFitsIsLeft(-4412510148553712145L);
  }

  @Property(tries = 1000)
  void noPlacementIsIllegalAndNoPodThatFitsIsLeft(@ForAll long seed) {
    RandomCluster random = new RandomCluster(seed, 8, 25);
    SolvedCluster cluster =
        new SolvedCluster(EnvironmentMode.REPRODUCIBLE).with(random.nodes(), random.pods());
    Plan plan = cluster.solver.plan(cluster.batch(), 1);
    Map<ObjectKey, ObjectNode> pods =
        random.pods().stream().collect(Collectors.toMap(SolvedCluster::key, Function.identity()));
    PlacementChecker checker = new PlacementChecker(random.nodes());
    for (ObjectNode pod : random.pods()) {
      if (pod.path("spec").has("nodeName")) {
        checker.occupy(pod, pod.at("/spec/nodeName").asText());
      }
    }
    for (Plan.Binding binding : plan.bindings()) {
      ObjectNode pod = pods.get(binding.pod().key());
      assertEquals(
          Optional.empty(),
          checker.objection(pod, binding.node(), binding.devices()),
          binding::toString);
      PlacementChecker.place(pod, binding.node(), binding.devices());
      checker.occupy(pod, binding.node());
    }
    for (Plan.Unplaced unplaced : plan.unplaced()) {
      ObjectNode pod = pods.get(unplaced.pod().key());
      assertEquals(Optional.empty(), checker.anywhere(pod), unplaced::message);
    }
    assertEquals(cluster.batch().size(), plan.bindings().size() + plan.unplaced().size());
  }
}

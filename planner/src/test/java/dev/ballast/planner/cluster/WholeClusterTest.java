package dev.ballast.planner.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.planner.model.Verdict;
import dev.ballast.planner.solve.global.GlobalSolver;
import dev.ballast.planner.solve.global.GlobalSolver.Effort;
import dev.ballast.planner.solve.global.GlobalSolver.Manner;
import dev.ballast.planner.solve.global.GlobalSolver.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WholeClusterTest {

  private final ClusterSnapshot snapshot = new ClusterSnapshot();

  private void node(String name) {
    String json =
        """
        {"metadata":{"name":"%s"},
         "status":{"allocatable":{"cpu":"4","memory":"8Gi","pods":"110"}}}
        """;
    ObjectKey key = ObjectKey.cluster(ResourceType.NODES, name);
    snapshot.nodeChanged(document(key, json.formatted(name)).as(Node.class));
  }

  private void pod(String name, String node, String more) {
    String json =
        """
        {"metadata":{"name":"%1$s","namespace":"default","uid":"%1$s"},
         "spec":{"nodeName":"%2$s"%3$s,"containers":[{"name":"c","image":"i",
           "resources":{"requests":{"cpu":"500m","memory":"512Mi"}}}]}}
        """;
    ObjectKey key = new ObjectKey(ResourceType.PODS, "default", name);
    Document document = document(key, json.formatted(name, node, more));
    snapshot.podChanged(key, document.as(Pod.class), 1);
  }

  private static Document document(ObjectKey key, String json) {
    return new Document(key, 1, json.getBytes(StandardCharsets.UTF_8));
  }

  private static Outcome improved(WholeCluster cluster) {
    int[] calls = {0};
    // A clock of a tenth of a second per look; OptaPlanner keeps its own.
    return new GlobalSolver(() -> 100_000_000L * calls[0]++, Runnable::run)
        .solve(
            cluster.problem(),
            cluster.problem().start(),
            new Effort(Duration.ofSeconds(1), 1, Manner.FROM_HERE),
            progress -> {});
  }

  @Test
  void aHotSpotIsTakenApartButForWhatIsTiedToIt() {
    node("hot");
    node("idle");
    pod("tied", "hot", ",\"nodeSelector\":{\"only\":\"here\"}");
    for (int i = 0; i < 6; i++) {
      pod("p" + i, "hot", "");
    }
    WholeCluster cluster = WholeCluster.of(snapshot, Terms.usual(Goal.SPREAD));
    Outcome outcome = improved(cluster);
    WholeCluster.Migrations migrations = cluster.migrations(outcome.placement());
    assertEquals(3, migrations.migrations().size());
    assertTrue(
        migrations.migrations().stream()
            .allMatch(m -> m.to().equals("idle") && !m.pod().ref().key().name().equals("tied")));
    assertEquals(0, outcome.verdict().broken());
  }

  @Test
  void packingEmptiesANode() {
    for (int i = 0; i < 3; i++) {
      node("n" + i);
      pod("p" + i, "n" + i, "");
    }
    WholeCluster cluster = WholeCluster.of(snapshot, Terms.usual(Goal.PACK));
    assertEquals(3, Verdict.of(cluster.problem(), cluster.problem().start()).open());
    assertEquals(1, improved(cluster).verdict().open());
  }
}

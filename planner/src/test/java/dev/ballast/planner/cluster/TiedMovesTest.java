package dev.ballast.planner.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TiedMovesTest {

  private static final String APART =
      """
      ,"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
        {"labelSelector":{"matchLabels":{"app":"a"}},"topologyKey":"kubernetes.io/hostname"}]}}
      """;

  private static final String ON_BLUE = ",\"nodeSelector\":{\"colour\":\"blue\"}";

  private final ClusterSnapshot snapshot = new ClusterSnapshot();

  @BeforeEach
  void twoNodes() {
    node("red", "red");
    node("blue", "blue");
  }

  private void node(String name, String colour) {
    String json =
        """
        {"metadata":{"name":"%1$s","labels":{"kubernetes.io/hostname":"%1$s","colour":"%2$s"}},
         "status":{"allocatable":{"cpu":"4","memory":"8Gi","pods":"110"}}}
        """;
    ObjectKey key = ObjectKey.cluster(ResourceType.NODES, name);
    snapshot.nodeChanged(document(key, json.formatted(name, colour)).as(Node.class));
  }

  private void pod(String name, String node, String cpu, String more) {
    String json =
        """
        {"metadata":{"name":"%1$s","namespace":"default","uid":"%1$s","labels":{"app":"a"}},
         "spec":{"nodeName":"%2$s"%4$s,"containers":[{"name":"c","image":"i",
           "resources":{"requests":{"cpu":"%3$s","memory":"64Mi"}}}]}}
        """;
    ObjectKey key = new ObjectKey(ResourceType.PODS, "default", name);
    Document document = document(key, json.formatted(name, node, cpu, more));
    snapshot.podChanged(key, document.as(Pod.class), 1);
  }

  private static Document document(ObjectKey key, String json) {
    return new Document(key, 1, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Of all that the pod prefers so many hundredths are for blue nodes, the rest for red ones. */
  private static String preferringBlue(int weight) {
    String preference =
        """
        {"weight":%d,"preference":{"matchExpressions":[
          {"key":"colour","operator":"In","values":["%s"]}]}}
        """;
    return ",\"affinity\":{\"nodeAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":["
        + preference.formatted(weight, "blue")
        + ","
        + preference.formatted(100 - weight, "red")
        + "]}}";
  }

  private List<String> moves(Terms terms, int most) {
    return TiedMoves.in(snapshot, terms, most, new Random(1)).moves().stream()
        .map(move -> move.pod().ref().key().name() + " to " + move.to())
        .toList();
  }

  private List<String> moves(Goal goal) {
    return moves(Terms.usual(goal), 100);
  }

  /** Also where an empty node must be used for it, whatever the goal. */
  @ParameterizedTest
  @EnumSource
  void twoThatMayNotBeTogetherArePartedByOneMove(Goal goal) {
    pod("one", "red", "100m", APART);
    pod("other", "red", "100m", APART);
    List<String> moves = moves(goal);
    assertEquals(1, moves.size());
    assertTrue(moves.getFirst().endsWith(" to blue"));
    assertEquals(moves, moves(goal), "the snapshot is afterwards as it was");
  }

  @Test
  void aPodWhoseNodeNoLongerMatchesGoesToOneThatDoes() {
    pod("strayed", "red", "100m", ON_BLUE);
    assertEquals(List.of("strayed to blue"), moves(Goal.SPREAD));
  }

  @Test
  void aPodStaysWhereNoOtherNodeHasRoom() {
    pod("full", "blue", "3900m", "");
    pod("strayed", "red", "200m", ON_BLUE);
    assertEquals(List.of(), moves(Goal.SPREAD));
  }

  @Test
  void aPreferenceIsFollowedWhenItIsWorthTheDisruption() {
    pod("hardly", "red", "0", preferringBlue(55));
    assertEquals(List.of(), moves(Goal.SPREAD), "10 thousandths more for a price of 20");
    pod("dearly", "red", "0", preferringBlue(80));
    assertEquals(List.of("dearly to blue"), moves(Goal.SPREAD));
  }

  @Test
  void aNodeOfTiedPodsIsEmptiedWhole() {
    pod("one", "red", "500m", "");
    pod("tied", "red", "100m", preferringBlue(50));
    pod("stays", "blue", "2", ON_BLUE);
    assertEquals(
        List.of("one to blue", "tied to blue"), moves(Goal.PACK).stream().sorted().toList());
  }

  @Test
  void whatMayNotMoveStaysAndMovesAreCounted() {
    pod("one", "red", "100m", ON_BLUE);
    pod("other", "red", "100m", ON_BLUE);
    assertEquals(1, moves(Terms.usual(Goal.SPREAD), 1).size());
    Terms onlyOther =
        new Terms(Goal.SPREAD, Goal.NODE / 50, pod -> pod.ref().key().name().equals("other"));
    assertEquals(List.of("other to blue"), moves(onlyOther, 100));
  }
}

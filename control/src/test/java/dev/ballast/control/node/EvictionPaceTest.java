package dev.ballast.control.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Node;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.time.Now;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EvictionPaceTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

  private static Cached<Node> node(String name, String ready, String markedAt) {
    ObjectNode node = Json.object();
    node.putObject("metadata").put("name", name);
    ObjectNode spec = node.putObject("spec");
    if (!markedAt.isEmpty()) {
      spec.putArray("taints")
          .addObject()
          .put("key", Taints.UNREACHABLE)
          .put("effect", Taints.NO_EXECUTE)
          .put("timeAdded", markedAt);
    }
    node.putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", ready);
    return new Cached<>(
        ObjectKey.cluster(ResourceType.NODES, name), 1, Json.MAPPER.convertValue(node, Node.class));
  }

  private static List<String> touched(List<Cached<Node>> nodes) {
    Decision<Action> decision = new EvictionPace().reconcile(nodes, new Now(NOW, 0));
    return decision.actions().stream().map(a -> ((Action.Patch) a).key().name()).toList();
  }

  private static List<Cached<Node>> with(int healthy, List<Cached<Node>> ill) {
    List<Cached<Node>> nodes = new ArrayList<>(ill);
    for (int i = 0; i < healthy; i++) {
      nodes.add(node("well-" + i, "True", ""));
    }
    return nodes;
  }

  @Test
  void oneNodeAtATime() {
    List<Cached<Node>> two = List.of(node("a", "Unknown", ""), node("b", "Unknown", ""));
    assertEquals(List.of("a"), touched(with(5, two)));
  }

  @Test
  void theNextOneTenSecondsLater() {
    List<Cached<Node>> early =
        List.of(node("a", "Unknown", "2026-01-01T00:09:51Z"), node("b", "Unknown", ""));
    assertEquals(List.of(), touched(with(5, early)));
    List<Cached<Node>> late =
        List.of(node("a", "Unknown", "2026-01-01T00:09:50Z"), node("b", "Unknown", ""));
    assertEquals(List.of("b"), touched(with(5, late)));
  }

  @Test
  void aSmallZoneThatIsMostlyIllKeepsItsMarksAndGetsNoMore() {
    List<Cached<Node>> all =
        List.of(
            node("a", "Unknown", "2026-01-01T00:00:00Z"),
            node("b", "Unknown", ""),
            node("c", "False", ""));
    assertEquals(List.of(), touched(with(1, all)));
  }

  @Test
  void aLargeZoneThatIsMostlyIllGoesTenTimesSlower() {
    List<Cached<Node>> ill = new ArrayList<>();
    for (int i = 10; i < 50; i++) {
      ill.add(node("ill-" + i, "Unknown", ""));
    }
    assertEquals(List.of("ill-10"), touched(with(20, ill)));
    ill.set(0, node("ill-10", "Unknown", "2026-01-01T00:09:00Z"));
    assertEquals(List.of(), touched(with(20, ill)), "a minute later");
    ill.set(0, node("ill-10", "Unknown", "2026-01-01T00:08:20Z"));
    assertEquals(List.of("ill-11"), touched(with(20, ill)), "100 seconds later");
  }

  @Test
  void whenAllIsIllMarksComeOff() {
    List<Cached<Node>> all =
        List.of(node("a", "Unknown", "2026-01-01T00:00:00Z"), node("b", "Unknown", ""));
    assertEquals(List.of("a"), touched(all));
  }

  @Test
  void zonesHaveTheirOwnPace() {
    List<Cached<Node>> nodes =
        List.of(
            in("east", node("a", "Unknown", "2026-01-01T00:09:55Z")),
            in("east", node("b", "Unknown", "")),
            in("west", node("c", "Unknown", "")),
            in("west", node("d", "True", "")));
    assertEquals(List.of("c"), touched(nodes), "east is ill as a whole, and marked a just now");
  }

  private static Cached<Node> in(String zone, Cached<Node> node) {
    ObjectNode tree = Json.MAPPER.valueToTree(node.value());
    tree.withObject("/metadata").withObject("/labels").put("topology.kubernetes.io/zone", zone);
    return new Cached<>(node.key(), 1, Json.MAPPER.convertValue(tree, Node.class));
  }

  @Test
  void aClockSetBackDelaysByOnePaceAtMost() {
    List<Cached<Node>> nodes =
        with(5, List.of(node("a", "Unknown", "2026-01-01T08:00:00Z"), node("b", "Unknown", "")));
    Decision<Action> decision = new EvictionPace().reconcile(nodes, new Now(NOW, 0));
    assertEquals(java.util.Optional.of(EvictionPace.PACE), decision.checkAgain());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, NONE",
    "0, 4, NONE",
    "1, 1, FULL",
    "1, 2, NONE",
    "2, 2, FULL",
    "2, 3, NONE",
    "3, 5, PARTIAL",
    "5, 10, NONE",
    "6, 10, PARTIAL",
    "54, 100, NONE",
    "55, 100, PARTIAL",
  })
  void disruption(int ill, int all, EvictionPace.Disruption disruption) {
    assertEquals(disruption, EvictionPace.disruption(ill, all));
  }
}

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
  void whenTooManyAreIllMarksComeOff() {
    List<Cached<Node>> all =
        List.of(
            node("a", "Unknown", "2026-01-01T00:00:00Z"),
            node("b", "Unknown", ""),
            node("c", "False", ""));
    assertEquals(List.of("a"), touched(with(1, all)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, true",
    "1, 2, false",
    "2, 2, true",
    "2, 3, false",
    "3, 5, true",
    "5, 10, false",
    "6, 10, true",
    "55, 100, false",
    "56, 100, true",
  })
  void disruption(int ill, int all, boolean disrupted) {
    assertEquals(disrupted, EvictionPace.isDisrupted(ill, all));
  }
}

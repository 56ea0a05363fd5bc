package dev.ballast.control.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.time.Now;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row: what makes the pod "first" go before the pod "then" that lacks or has it. */
final class DeletionRankTest {

  private static final Now NOW = new Now(Instant.parse("2026-01-01T10:00:00Z"), 0);

  private static Cached<Pod> pod(String name, Consumer<ObjectNode> change) {
    ObjectNode pod = Json.object();
    pod.putObject("metadata").put("name", name).put("creationTimestamp", "2026-01-01T00:00:00Z");
    pod.putObject("spec").put("nodeName", "n1");
    ready(pod, "True", "2026-01-01T00:01:00Z");
    change.accept(pod);
    return new Cached<>(
        new ObjectKey(ResourceType.PODS, "default", name),
        1,
        Json.MAPPER.convertValue(pod, Pod.class));
  }

  private static void ready(ObjectNode pod, String status, String since) {
    ObjectNode node = pod.withObject("/status").put("phase", "Running");
    node.putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", status)
        .put("lastTransitionTime", since);
  }

  static Stream<Arguments> rows() {
    return Stream.of(
        row("not bound", p -> p.withObject("/spec").remove("nodeName")),
        row("pending", p -> p.withObject("/status").put("phase", "Pending")),
        row("not ready", p -> ready(p, "False", "2026-01-01T00:01:00Z")),
        row(
            "cheap",
            p ->
                p.withObject("/metadata")
                    .putObject("annotations")
                    .put("controller.kubernetes.io/pod-deletion-cost", "-5")),
        row("ready for a shorter time", p -> ready(p, "True", "2026-01-01T09:59:00Z")),
        row(
            "restarted",
            p ->
                p.withObject("/status")
                    .putArray("containerStatuses")
                    .addObject()
                    .put("name", "main")
                    .put("restartCount", 3)),
        row(
            "younger",
            p -> p.withObject("/metadata").put("creationTimestamp", "2026-01-01T09:00:00Z")));
  }

  private static Arguments row(String why, Consumer<ObjectNode> change) {
    return Arguments.of(why, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void goesFirst(String why, Consumer<ObjectNode> change) {
    Cached<Pod> first = pod("z", change);
    Cached<Pod> then = pod("a", p -> {});
    List<Cached<Pod>> sorted = DeletionRank.sort(List.of(then, first), List.of(), NOW);
    assertEquals(first, sorted.getFirst(), why);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void crowdedNodesAreThinnedButReadinessCountsMore(String why, Consumer<ObjectNode> change) {
    Cached<Pod> crowded = pod("z", p -> {});
    Cached<Pod> neighbour = pod("y", p -> {});
    Cached<Pod> alone = pod("a", p -> p.withObject("/spec").put("nodeName", "n2"));
    List<Cached<Pod>> all = List.of(alone, crowded, neighbour);
    assertEquals(alone, DeletionRank.sort(all, all, NOW).getLast());
  }
}

package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.ResourceType;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * After every commit, the requests of the pods on a node that have not ended fit into what it
 * offers. The arithmetic is the rule's own.
 */
final class NoOvercommit implements Rule {

  private record Pod(String node, Map<String, BigDecimal> requests) {}

  private final Map<String, Pod> pods = new HashMap<>();
  private final Map<String, Map<String, BigDecimal>> offers = new HashMap<>();

  @Override
  public void committed(Commit commit, Consumer<String> broken) {
    boolean concerned = false;
    for (Change change : commit.changes()) {
      if (Invariants.is(change, ResourceType.PODS)) {
        concerned = true;
        follow(change);
      } else if (Invariants.is(change, ResourceType.NODES)) {
        concerned = true;
        offers.remove(change.key().name());
        if (!change.gone()) {
          offers.put(
              change.key().name(), amounts(change.object().path("status").path("allocatable")));
        }
      }
    }
    if (concerned) {
      offers.forEach((node, offer) -> check(commit.revision(), node, offer, broken));
    }
  }

  private void follow(Change change) {
    String node = change.object().path("spec").path("nodeName").asText("");
    pods.remove(change.uid());
    if (!change.gone() && !node.isEmpty() && !change.isTerminal()) {
      pods.put(change.uid(), new Pod(node, requests(change.object().path("spec"))));
    }
  }

  private void check(
      long revision, String node, Map<String, BigDecimal> offer, Consumer<String> broken) {
    for (String resource : List.of("cpu", "memory", "pods")) {
      BigDecimal taken =
          pods.values().stream()
              .filter(pod -> pod.node().equals(node))
              .map(pod -> pod.requests().getOrDefault(resource, BigDecimal.ZERO))
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      BigDecimal offered = offer.getOrDefault(resource, BigDecimal.ZERO);
      if (taken.compareTo(offered) > 0) {
        broken.accept(
            "at revision %d node %s has given %s of %s %s"
                .formatted(revision, node, taken, offered, resource));
      }
    }
  }

  /** The sum of what runs together, or one init container where that is more. */
  private static Map<String, BigDecimal> requests(JsonNode spec) {
    Map<String, BigDecimal> sum = new HashMap<>();
    spec.path("containers").forEach(container -> add(sum, container));
    Map<String, BigDecimal> sidecars = new HashMap<>();
    Map<String, BigDecimal> most = new HashMap<>();
    for (JsonNode init : spec.path("initContainers")) {
      if (init.path("restartPolicy").asText().equals("Always")) {
        add(sidecars, init);
        add(sum, init);
      } else {
        Map<String, BigDecimal> beside = new HashMap<>(sidecars);
        add(beside, init);
        beside.forEach((resource, amount) -> most.merge(resource, amount, BigDecimal::max));
      }
    }
    most.forEach((resource, amount) -> sum.merge(resource, amount, BigDecimal::max));
    sum.put("pods", BigDecimal.ONE);
    return sum;
  }

  private static void add(Map<String, BigDecimal> sum, JsonNode container) {
    amounts(container.path("resources").path("requests"))
        .forEach((resource, amount) -> sum.merge(resource, amount, BigDecimal::add));
  }

  private static Map<String, BigDecimal> amounts(JsonNode node) {
    Map<String, BigDecimal> amounts = new HashMap<>();
    node.properties().forEach(e -> amounts.put(e.getKey(), amount(e.getValue().asText())));
    return amounts;
  }

  private static BigDecimal amount(String text) {
    String digits = text.replaceAll("[A-Za-z]", "");
    BigDecimal factor =
        switch (text.substring(digits.length())) {
          case "" -> BigDecimal.ONE;
          case "m" -> new BigDecimal("0.001");
          case "Ki" -> BigDecimal.valueOf(1L << 10);
          case "Mi" -> BigDecimal.valueOf(1L << 20);
          case "Gi" -> BigDecimal.valueOf(1L << 30);
          default -> throw new AssertionError("the rule cannot read " + text);
        };
    return new BigDecimal(digits).multiply(factor);
  }
}

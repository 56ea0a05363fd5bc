package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.AGE;
import static dev.ballast.kinds.builtin.Columns.NAME;
import static dev.ballast.kinds.builtin.Columns.text;
import static dev.ballast.kinds.builtin.Columns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.kinds.Column;
import java.util.List;
import java.util.function.Function;

/** The columns of pools of machines and their claims, as Karpenter's kinds declare them. Pure. */
final class PoolColumns {

  static final List<Column> POOL =
      List.of(
          NAME,
          text(
              "NodeClass",
              "Who provides its machines.",
              at("/spec/template/spec/nodeClassRef/name")),
          text("Nodes", "Machines that there are.", at("/status/nodes")),
          text("Ready", "Whether it is kept.", condition("Ready")),
          AGE,
          wide("Weight", "Which pool is asked first.", at("/spec/weight")),
          wide("CPU", "Of all its machines.", at("/status/resources/cpu")),
          wide("Memory", "Of all its machines.", at("/status/resources/memory")));

  static final List<Column> CLAIM =
      List.of(
          NAME,
          text("Type", "The type of machine.", label("node.kubernetes.io/instance-type")),
          text("Capacity", "How it is paid for.", label("karpenter.sh/capacity-type")),
          text("Zone", "Where it is.", label("topology.kubernetes.io/zone")),
          text("Node", "The node that it has become.", at("/status/nodeName")),
          text("Ready", "Whether pods may run there.", condition("Ready")),
          AGE,
          wide("ImageID", "What it was started from.", at("/status/imageID")),
          wide("ID", "Its name at its provider.", at("/status/providerID")),
          wide("NodePool", "The pool that it belongs to.", label("karpenter.sh/nodepool")),
          wide("NodeClass", "Who provides it.", at("/spec/nodeClassRef/name")),
          wide("Drifted", "Whether its pool wants another by now.", condition("Drifted")));

  private PoolColumns() {}

  private static Function<JsonNode, String> at(String pointer) {
    return document -> document.at(pointer).asText("");
  }

  private static Function<JsonNode, String> label(String key) {
    return document -> document.path("metadata").path("labels").path(key).asText("");
  }

  private static Function<JsonNode, String> condition(String type) {
    return document -> {
      for (JsonNode condition : document.path("status").path("conditions")) {
        if (condition.path("type").asText().equals(type)) {
          return condition.path("status").asText();
        }
      }
      return "";
    };
  }
}

package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.AGE;
import static dev.ballast.kinds.builtin.Columns.NAME;
import static dev.ballast.kinds.builtin.Columns.orNone;
import static dev.ballast.kinds.builtin.Columns.text;
import static dev.ballast.kinds.builtin.Columns.timed;
import static dev.ballast.kinds.builtin.Columns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.kinds.Column;
import java.util.List;

/**
 * The columns of pods. Names, order and cells are those of printPod in Kubernetes 1.33,
 * pkg/printers/internalversion/printers.go. Pure.
 */
final class PodColumns {

  static final List<Column> ALL =
      List.of(
          NAME,
          text(
              "Ready",
              "Containers that are ready, of all that should be.",
              pod -> new PodStatusText(pod).ready()),
          text(
              "Status",
              "The pod's state in one word, taken from its phase and its containers.",
              pod -> new PodStatusText(pod).reason()),
          timed(
              "Restarts",
              "Restarts of the containers, and when the last was.",
              (pod, now) -> new PodStatusText(pod).restarts(now)),
          AGE,
          wide("IP", "The pod's primary address.", PodColumns::address),
          wide(
              "Node",
              "The node that the pod is bound to.",
              pod -> orNone(pod.at("/spec/nodeName").asText(""))),
          wide(
              "Nominated Node",
              "Node on which room is being made for the pod.",
              pod -> orNone(pod.at("/status/nominatedNodeName").asText(""))),
          wide(
              "Readiness Gates",
              "Extra conditions for readiness that hold, of all.",
              PodColumns::readinessGates));

  private PodColumns() {}

  private static String address(JsonNode pod) {
    JsonNode status = pod.path("status");
    String first = status.path("podIPs").path(0).path("ip").asText("");
    return orNone(first.isEmpty() ? status.path("podIP").asText("") : first);
  }

  private static String readinessGates(JsonNode pod) {
    JsonNode gates = pod.path("spec").path("readinessGates");
    int holding = 0;
    for (JsonNode gate : gates) {
      for (JsonNode condition : pod.path("status").path("conditions")) {
        boolean same = condition.path("type").equals(gate.path("conditionType"));
        holding += same && condition.path("status").asText("").equals("True") ? 1 : 0;
      }
    }
    return gates.isEmpty() ? "<none>" : holding + "/" + gates.size();
  }
}

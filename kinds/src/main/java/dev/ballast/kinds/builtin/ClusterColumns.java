package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.AGE;
import static dev.ballast.kinds.builtin.Columns.NAME;
import static dev.ballast.kinds.builtin.Columns.orNone;
import static dev.ballast.kinds.builtin.Columns.text;
import static dev.ballast.kinds.builtin.Columns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.ballast.kinds.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The columns of nodes, namespaces, leases, priority classes and disruption budgets. Names, order
 * and cells are those of printNode, printNamespace, printLease, printPriorityClass and
 * printPodDisruptionBudget in Kubernetes 1.33, pkg/printers/internalversion/printers.go. Pure.
 */
final class ClusterColumns {

  private static final String ROLE = "node-role.kubernetes.io/";

  static final List<Column> NODE =
      List.of(
          NAME,
          text("Status", "Whether the node is ready, and cordoned.", ClusterColumns::nodeStatus),
          text("Roles", "What the node is for, by its labels.", ClusterColumns::roles),
          AGE,
          info("Version", "Version of the node's agent.", 0, "kubeletVersion"),
          wide(
              "Internal-IP",
              "Address of the node inside the cluster.",
              node -> address(node, "InternalIP")),
          wide(
              "External-IP",
              "Address of the node outside the cluster.",
              node -> address(node, "ExternalIP")),
          info("OS-Image", "Operating system of the node.", 1, "osImage"),
          info("Kernel-Version", "Kernel of the node.", 1, "kernelVersion"),
          info("Container-Runtime", "Container engine of the node.", 1, "containerRuntimeVersion"));

  static final List<Column> NAMESPACE =
      List.of(
          NAME,
          text(
              "Status",
              "Active or Terminating.",
              namespace -> namespace.path("status").path("phase").asText("")),
          AGE);

  static final List<Column> LEASE =
      List.of(
          NAME,
          text(
              "Holder",
              "Who holds the lease.",
              lease -> lease.path("spec").path("holderIdentity").asText("")),
          AGE);

  static final List<Column> PRIORITY_CLASS =
      List.of(
          NAME,
          Columns.count("Value", "The number; higher goes first.", "/value"),
          new Column(
              "Global-Default",
              "boolean",
              "",
              "Whether pods that name no class get it.",
              0,
              (document, now) -> BooleanNode.valueOf(document.path("globalDefault").asBoolean())),
          AGE,
          text(
              "PreemptionPolicy",
              "Whether such pods may push out others.",
              document -> document.path("preemptionPolicy").asText("")));

  static final List<Column> DISRUPTION_BUDGET =
      List.of(
          NAME,
          text(
              "Min Available",
              "Pods that must stay.",
              budget -> budget.path("spec").path("minAvailable").asText("N/A")),
          text(
              "Max Unavailable",
              "Pods that may be missing.",
              budget -> budget.path("spec").path("maxUnavailable").asText("N/A")),
          Columns.count(
              "Allowed Disruptions",
              "Pods that may be disturbed now.",
              "/status/disruptionsAllowed"),
          AGE);

  private ClusterColumns() {}

  private static Column info(String name, String description, int priority, String field) {
    return priority == 0
        ? text(name, description, node -> node.at("/status/nodeInfo/" + field).asText(""))
        : wide(
            name,
            description,
            node -> {
              String value = node.at("/status/nodeInfo/" + field).asText("");
              return value.isEmpty() ? "<unknown>" : value;
            });
  }

  private static String nodeStatus(JsonNode node) {
    List<String> status = new ArrayList<>();
    for (JsonNode condition : node.path("status").path("conditions")) {
      if (condition.path("type").asText("").equals("Ready")) {
        status.add(condition.path("status").asText("").equals("True") ? "Ready" : "NotReady");
      }
    }
    if (status.isEmpty()) {
      status.add("Unknown");
    }
    if (node.path("spec").path("unschedulable").asBoolean()) {
      status.add("SchedulingDisabled");
    }
    return String.join(",", status);
  }

  private static String roles(JsonNode node) {
    TreeSet<String> roles = new TreeSet<>();
    for (Map.Entry<String, JsonNode> label : node.path("metadata").path("labels").properties()) {
      if (label.getKey().startsWith(ROLE) && label.getKey().length() > ROLE.length()) {
        roles.add(label.getKey().substring(ROLE.length()));
      } else if (label.getKey().equals("kubernetes.io/role")
          && !label.getValue().asText("").isEmpty()) {
        roles.add(label.getValue().asText());
      }
    }
    return orNone(String.join(",", roles));
  }

  private static String address(JsonNode node, String type) {
    for (JsonNode address : node.path("status").path("addresses")) {
      if (address.path("type").asText("").equals(type)) {
        return address.path("address").asText("");
      }
    }
    return "<none>";
  }
}

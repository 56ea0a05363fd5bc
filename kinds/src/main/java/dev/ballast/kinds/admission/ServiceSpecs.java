package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What a Service's type says about its addresses and ports. Pure but for its arguments. */
final class ServiceSpecs {

  private ServiceSpecs() {}

  static boolean hasAddress(JsonNode spec) {
    return !type(spec).equals("ExternalName") && !spec.isEmpty();
  }

  static boolean hasNodePorts(JsonNode spec) {
    return type(spec).equals("NodePort")
        || type(spec).equals("LoadBalancer")
            && spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
  }

  private static String type(JsonNode spec) {
    return spec.path("type").asText("ClusterIP");
  }

  /** One family, IPv4: the fields that say so. */
  static void completeFamilies(ObjectNode spec) {
    if (spec.path("clusterIPs").isEmpty()) {
      spec.putArray("clusterIPs").add(spec.path("clusterIP").asText());
    }
    if (spec.path("ipFamilies").isEmpty()) {
      spec.putArray("ipFamilies").add("IPv4");
    }
    if (spec.path("ipFamilyPolicy").asText("").isEmpty()) {
      spec.put("ipFamilyPolicy", "SingleStack");
    }
  }

  /** What asks for IPv6, which is not here. */
  static List<Failure.Cause> otherFamilies(JsonNode spec) {
    List<Failure.Cause> wrong = new ArrayList<>();
    JsonNode families = spec.path("ipFamilies");
    for (int i = 0; i < families.size(); i++) {
      if (!families.get(i).asText().equals("IPv4")) {
        wrong.add(
            FieldErrors.invalid(
                "spec.ipFamilies[" + i + "]", families.get(i), "not configured on this cluster"));
      }
    }
    if (spec.path("ipFamilyPolicy").asText("").equals("RequireDualStack")) {
      wrong.add(
          FieldErrors.invalid(
              "spec.ipFamilyPolicy",
              spec.path("ipFamilyPolicy"),
              "this cluster is not configured for dual-stack services"));
    }
    return wrong;
  }

  /**
   * An update that leaves out what was allocated keeps it; one that changes the type lets go of
   * what the new type has not.
   */
  static void carryOver(ObjectNode spec, ObjectNode previous) {
    if (hasAddress(spec) && hasAddress(previous)) {
      for (String field : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
        boolean unset = spec.path(field).isEmpty() && spec.path(field).asText("").isEmpty();
        if (unset && previous.has(field) && sameAddress(spec, previous)) {
          spec.set(field, previous.get(field));
        }
      }
    } else if (!hasAddress(spec) && sameAddress(spec, previous)) {
      spec.remove(List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"));
    }
    for (JsonNode port : spec.path("ports")) {
      nodePort(spec, (ObjectNode) port, previous);
    }
  }

  private static boolean sameAddress(ObjectNode spec, ObjectNode previous) {
    String address = spec.path("clusterIP").asText("");
    return address.isEmpty() || address.equals(previous.path("clusterIP").asText(""));
  }

  private static void nodePort(ObjectNode spec, ObjectNode port, ObjectNode previous) {
    int before = nodePortBefore(port, previous);
    int now = port.path("nodePort").asInt(0);
    if (hasNodePorts(spec) && now == 0 && before != 0) {
      port.put("nodePort", before);
    } else if (!hasNodePorts(spec) && hasNodePorts(previous) && now == before) {
      port.remove("nodePort");
    }
  }

  /** One number over two protocols gets one node port. */
  static OptionalInt nodePortOfTwin(JsonNode spec, JsonNode port) {
    for (JsonNode other : spec.path("ports")) {
      if (other.path("port").asInt() == port.path("port").asInt()
          && other.path("nodePort").asInt(0) != 0
          && !other.path("protocol").equals(port.path("protocol"))) {
        return OptionalInt.of(other.path("nodePort").asInt());
      }
    }
    return OptionalInt.empty();
  }

  private static int nodePortBefore(JsonNode port, JsonNode previous) {
    for (JsonNode candidate : previous.path("ports")) {
      if (candidate.path("port").asInt() == port.path("port").asInt()
          && candidate.path("protocol").asText("TCP").equals(port.path("protocol").asText("TCP"))) {
        return candidate.path("nodePort").asInt(0);
      }
    }
    return 0;
  }
}

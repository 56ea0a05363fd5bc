package dev.ballast.testkit.placement;

import static dev.ballast.testkit.placement.NodeTerms.each;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod takes from its node. From the pages "Init Containers" (resource sharing), "Sidecar
 * Containers" (resource sharing), "Pod Overhead" and "Resource Management" of the Kubernetes
 * documentation.
 */
final class PodNeeds {

  private static final Map<String, String> SUFFIXES =
      Map.of(
          "m",
          "0.001",
          "k",
          "1000",
          "M",
          "1000000",
          "G",
          "1000000000",
          "Ki",
          "1024",
          "Mi",
          "1048576",
          "Gi",
          "1073741824");

  record Port(String protocol, String address, int number) {
    boolean clashes(Port other) {
      boolean sameAddress =
          address.equals(other.address)
              || address.equals("0.0.0.0")
              || other.address.equals("0.0.0.0");
      return sameAddress && number == other.number && protocol.equals(other.protocol);
    }
  }

  private PodNeeds() {}

  static Map<String, BigDecimal> resources(JsonNode pod) {
    List<JsonNode> inits = each(pod.path("spec").path("initContainers"));
    // Every moment of the pod's life needs its own amount; the pod needs the greatest.
    List<Map<String, BigDecimal>> moments = new ArrayList<>();
    for (int i = 0; i < inits.size(); i++) {
      Map<String, BigDecimal> moment = new TreeMap<>();
      for (int j = 0; j <= i; j++) {
        if (j == i || staysUp(inits.get(j))) {
          add(moment, inits.get(j).path("resources"));
        }
      }
      moments.add(moment);
    }
    Map<String, BigDecimal> running = new TreeMap<>();
    inits.stream().filter(PodNeeds::staysUp).forEach(c -> add(running, c.path("resources")));
    each(pod.path("spec").path("containers")).forEach(c -> add(running, c.path("resources")));
    moments.add(running);
    Map<String, BigDecimal> needs = new TreeMap<>();
    moments.forEach(m -> m.forEach((name, amount) -> needs.merge(name, amount, BigDecimal::max)));
    quantities(pod.path("spec").path("overhead"))
        .forEach((name, amount) -> needs.merge(name, amount, BigDecimal::add));
    needs.put("pods", BigDecimal.ONE);
    return needs;
  }

  static List<Port> hostPorts(JsonNode pod) {
    List<JsonNode> containers = new ArrayList<>(each(pod.path("spec").path("containers")));
    each(pod.path("spec").path("initContainers")).stream()
        .filter(PodNeeds::staysUp)
        .forEach(containers::add);
    List<Port> ports = new ArrayList<>();
    for (JsonNode container : containers) {
      for (JsonNode port : container.path("ports")) {
        if (port.path("hostPort").asInt() != 0) {
          ports.add(
              new Port(
                  port.path("protocol").asText("TCP"),
                  port.path("hostIP").asText("0.0.0.0"),
                  port.path("hostPort").asInt()));
        }
      }
    }
    return ports;
  }

  static Map<String, BigDecimal> quantities(JsonNode amounts) {
    Map<String, BigDecimal> result = new TreeMap<>();
    amounts.properties().forEach(f -> result.put(f.getKey(), quantity(f.getValue().asText())));
    return result;
  }

  private static boolean staysUp(JsonNode initContainer) {
    return initContainer.path("restartPolicy").asText().equals("Always");
  }

  private static void add(Map<String, BigDecimal> sum, JsonNode resources) {
    // "If you specify a limit but no request, Kubernetes copies the limit and uses it as the
    // request."
    Map<String, BigDecimal> own = quantities(resources.path("limits"));
    own.putAll(quantities(resources.path("requests")));
    own.forEach((name, amount) -> sum.merge(name, amount, BigDecimal::add));
  }

  private static BigDecimal quantity(String text) {
    int digits = text.length();
    while (Character.isLetter(text.charAt(digits - 1))) {
      digits--;
    }
    String number = text.substring(0, digits);
    String suffix = text.substring(digits);
    BigDecimal unit = suffix.isEmpty() ? BigDecimal.ONE : new BigDecimal(SUFFIXES.get(suffix));
    return new BigDecimal(number).multiply(unit);
  }
}

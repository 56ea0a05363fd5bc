package dev.ballast.testkit.placement;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Random rules of pods about other pods, from so few labels that they often meet. One thread. */
final class RandomCompany {

  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String HOST = "kubernetes.io/hostname";
  private static final List<String> TOPOLOGIES = List.of(ZONE, ZONE, HOST, HOST, "rack");
  private static final List<String> APPS = List.of("a", "b", "c", "d");
  private static final List<String> TIERS = List.of("front", "back");

  private final Random random;

  RandomCompany(Random random) {
    this.random = random;
  }

  /** Where the node is. Some nodes do not say. */
  static void place(ObjectNode labels, int number, Random random) {
    if (random.nextInt(100) < 95) {
      labels.put(HOST, "node-" + number);
    }
    if (random.nextInt(100) < 90) {
      labels.put(ZONE, "zone-" + random.nextInt(3));
    }
    if (random.nextInt(100) < 70) {
      labels.put("rack", "rack-" + random.nextInt(6));
    }
  }

  void label(ObjectNode metadata) {
    ObjectNode labels = metadata.putObject("labels");
    if (chance(90)) {
      labels.put("app", one(APPS));
    }
    if (chance(60)) {
      labels.put("tier", one(TIERS));
    }
    if (chance(40)) {
      labels.put("version", chance(50) ? "1" : "2");
    }
  }

  void constrain(ObjectNode spec) {
    if (chance(35)) {
      affinity(spec, "podAffinity");
    }
    if (chance(50)) {
      affinity(spec, "podAntiAffinity");
    }
    if (chance(50)) {
      ArrayNode constraints = spec.putArray("topologySpreadConstraints");
      for (String key : new TreeSet<>(List.of(one(TOPOLOGIES), one(TOPOLOGIES)))) {
        spread(constraints.addObject().put("topologyKey", key));
      }
    }
  }

  private void affinity(ObjectNode spec, String which) {
    ObjectNode affinity = spec.withObjectProperty("affinity").putObject(which);
    if (chance(70)) {
      ArrayNode required = affinity.putArray("requiredDuringSchedulingIgnoredDuringExecution");
      int terms = chance(80) ? 1 : 2;
      for (int i = 0; i < terms; i++) {
        term(required.addObject());
      }
    }
    if (chance(40)) {
      ArrayNode preferred = affinity.putArray("preferredDuringSchedulingIgnoredDuringExecution");
      ObjectNode weighted = preferred.addObject().put("weight", 1 + random.nextInt(100));
      term(weighted.putObject("podAffinityTerm"));
    }
  }

  private void term(ObjectNode term) {
    term.put("topologyKey", one(TOPOLOGIES));
    if (chance(97)) {
      selector(term.putObject("labelSelector"));
    }
    if (chance(15)) {
      term.putArray("namespaces").add(one(List.of("default", "blue", "green")));
    }
    if (chance(15)) {
      ObjectNode namespaces = term.putObject("namespaceSelector");
      if (chance(70)) {
        namespaces.putObject("matchLabels").put("team", one(List.of("a", "b")));
      }
    }
    if (chance(15) && term.has("labelSelector")) {
      term.putArray(chance(60) ? "matchLabelKeys" : "mismatchLabelKeys").add("version");
    }
  }

  private void selector(ObjectNode selector) {
    if (chance(70)) {
      selector.putObject("matchLabels").put("app", one(APPS));
    } else if (chance(85)) {
      String operator = one(List.of("In", "NotIn", "Exists", "DoesNotExist"));
      ObjectNode expression = selector.putArray("matchExpressions").addObject();
      expression.put("key", "tier").put("operator", operator);
      if (operator.endsWith("In")) {
        expression.putArray("values").add(one(TIERS));
      }
    }
  }

  private void spread(ObjectNode constraint) {
    constraint.put("maxSkew", 1 + random.nextInt(2));
    constraint.put("whenUnsatisfiable", chance(75) ? "DoNotSchedule" : "ScheduleAnyway");
    if (chance(97)) {
      selector(constraint.putObject("labelSelector"));
    }
    if (chance(20) && constraint.path("whenUnsatisfiable").asText().equals("DoNotSchedule")) {
      constraint.put("minDomains", 1 + random.nextInt(4));
    }
    if (chance(20) && constraint.has("labelSelector")) {
      constraint.putArray("matchLabelKeys").add("version");
    }
    if (chance(25)) {
      constraint.put("nodeAffinityPolicy", one(List.of("Honor", "Ignore")));
    }
    if (chance(25)) {
      constraint.put("nodeTaintsPolicy", one(List.of("Honor", "Ignore")));
    }
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}

package dev.ballast.testkit.placement;

import static dev.ballast.testkit.placement.NodeTerms.each;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * May a pod join the pods that are there already? From the pages "Assigning Pods to Nodes"
 * (inter-pod affinity) and "Pod Topology Spread Constraints" of the Kubernetes documentation.
 * Counts everything anew whenever somebody came or went: nothing is kept by differences. Documents
 * must not change meanwhile.
 */
final class PodCompany {

  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

  /** A pod's rules, picked out once: a fuzz asks for them millions of times. */
  private record Rules(List<JsonNode> near, List<JsonNode> away, List<JsonNode> spread) {
    static Rules of(JsonNode pod) {
      JsonNode spec = pod.path("spec");
      JsonNode affinity = spec.path("affinity");
      return new Rules(
          each(affinity.path("podAffinity").path(REQUIRED)),
          each(affinity.path("podAntiAffinity").path(REQUIRED)),
          each(spec.path("topologySpreadConstraints")).stream()
              .filter(one -> one.path("whenUnsatisfiable").asText().equals("DoNotSchedule"))
              .toList());
    }
  }

  private final Map<JsonNode, Rules> rules = new IdentityHashMap<>();

  /** By term and then by pod: does the one mean the other? */
  private final Map<JsonNode, Map<JsonNode, Boolean>> meant = new IdentityHashMap<>();

  /** By constraint and then by node: does it count there? */
  private final Map<JsonNode, Map<JsonNode, Boolean>> parts = new IdentityHashMap<>();

  /** By constraint, until somebody comes or goes. */
  private final Map<JsonNode, Map<String, Integer>> counted = new IdentityHashMap<>();

  /** By pod, whom it wants near, until somebody comes or goes. */
  private final Map<JsonNode, List<Resident>> wanted = new IdentityHashMap<>();

  /** A pod and the node it is on. */
  record Resident(JsonNode pod, JsonNode node) {}

  private final Map<String, JsonNode> namespaces;
  private final List<JsonNode> nodes;
  private final List<Resident> residents;

  PodCompany(Map<String, JsonNode> namespaces, List<JsonNode> nodes, List<Resident> residents) {
    this.namespaces = namespaces;
    this.nodes = nodes;
    this.residents = residents;
  }

  /** Somebody came or went. */
  void residentsChanged() {
    counted.clear();
    wanted.clear();
  }

  Optional<String> objection(JsonNode pod, JsonNode node) {
    for (JsonNode constraint : rules(pod).spread()) {
      Optional<String> skewed = skewed(pod, node, constraint);
      if (skewed.isPresent()) {
        return skewed;
      }
    }
    List<JsonNode> near = rules(pod).near();
    if (!near.isEmpty() && !satisfied(pod, node, near)) {
      return Optional.of("required pods are not in its topology");
    }
    return apart(pod, node);
  }

  /** Anti-affinity is symmetric: neither the pod's terms nor those of the residents may be hurt. */
  private Optional<String> apart(JsonNode pod, JsonNode node) {
    for (Resident other : residents) {
      for (JsonNode term : rules(pod).away()) {
        if (sameTopology(term, node, other.node()) && selects(term, pod, other.pod())) {
          return Optional.of("anti-affinity to " + name(other.pod()));
        }
      }
      for (JsonNode term : rules(other.pod()).away()) {
        if (sameTopology(term, node, other.node()) && selects(term, other.pod(), pod)) {
          return Optional.of("anti-affinity of " + name(other.pod()));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * All terms, each by a pod that fits all selectors, as kube-scheduler has it. "If the current Pod
   * being scheduled is the first in a series that have affinity to themselves, it is allowed to be
   * scheduled if … no other Pod in the cluster matches the namespace and selector of this Pod, the
   * Pod matches its own terms, and the chosen node matches all requested topologies."
   */
  private boolean satisfied(JsonNode pod, JsonNode node, List<JsonNode> terms) {
    List<Resident> wanted =
        this.wanted.computeIfAbsent(
            pod,
            its ->
                residents.stream()
                    .filter(other -> terms.stream().allMatch(t -> selects(t, its, other.pod())))
                    .toList());
    for (JsonNode term : terms) {
      if (label(node, key(term)) == null) {
        return false;
      }
    }
    boolean anyOfThem =
        wanted.stream()
            .anyMatch(
                other -> terms.stream().anyMatch(term -> label(other.node(), key(term)) != null));
    if (!anyOfThem && terms.stream().allMatch(term -> selects(term, pod, pod))) {
      return true;
    }
    return terms.stream()
        .allMatch(
            term -> wanted.stream().anyMatch(other -> sameTopology(term, node, other.node())));
  }

  /** Does the term of its owner mean that pod? */
  private boolean selects(JsonNode term, JsonNode owner, JsonNode pod) {
    return meant
        .computeIfAbsent(term, its -> new IdentityHashMap<>())
        .computeIfAbsent(pod, other -> means(term, owner, other));
  }

  private boolean means(JsonNode term, JsonNode owner, JsonNode pod) {
    String namespace = pod.path("metadata").path("namespace").asText();
    List<String> listed = each(term.path("namespaces")).stream().map(JsonNode::asText).toList();
    boolean selected = term.path("namespaceSelector").isObject();
    boolean reached;
    if (listed.isEmpty() && !selected) {
      // "null or empty namespaces list and null namespaceSelector means this pod's namespace".
      reached = namespace.equals(owner.path("metadata").path("namespace").asText());
    } else {
      // "The term is applied to the union of the namespaces".
      JsonNode labels =
          namespaces.containsKey(namespace)
              ? namespaces.get(namespace).path("metadata").path("labels")
              : term.path("nothing");
      reached =
          listed.contains(namespace)
              || (selected && selectorHolds(term.path("namespaceSelector"), labels));
    }
    return reached
        && selectorHolds(term.path("labelSelector"), pod.path("metadata").path("labels"))
        && sameValues(term.path("matchLabelKeys"), owner, pod, true)
        && sameValues(term.path("mismatchLabelKeys"), owner, pod, false);
  }

  /** "Keys that don't exist in the incoming pod labels will be ignored." */
  private static boolean sameValues(JsonNode keys, JsonNode owner, JsonNode pod, boolean same) {
    for (JsonNode key : each(keys)) {
      JsonNode own = owner.path("metadata").path("labels").path(key.asText());
      JsonNode its = pod.path("metadata").path("labels").path(key.asText());
      if (!own.isMissingNode() && own.equals(its) != same) {
        return false;
      }
    }
    return true;
  }

  private static boolean selectorHolds(JsonNode selector, JsonNode labels) {
    if (!selector.isObject()) {
      return false; // A null selector matches no object; an empty one all.
    }
    for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
      if (!wanted.getValue().equals(labels.path(wanted.getKey()))) {
        return false;
      }
    }
    for (JsonNode expression : each(selector.path("matchExpressions"))) {
      JsonNode value = labels.path(expression.path("key").asText());
      boolean there = !value.isMissingNode();
      boolean listed = each(expression.path("values")).contains(value);
      boolean holds =
          switch (expression.path("operator").asText()) {
            case "In" -> there && listed;
            case "NotIn" -> !there || !listed;
            case "Exists" -> there;
            case "DoesNotExist" -> !there;
            default -> throw new IllegalArgumentException("unknown operator in " + expression);
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  private Rules rules(JsonNode pod) {
    return rules.computeIfAbsent(pod, Rules::of);
  }

  private Optional<String> skewed(JsonNode pod, JsonNode node, JsonNode constraint) {
    String key = key(constraint);
    if (label(node, key) == null) {
      return Optional.of("the node has no " + key);
    }
    Map<String, Integer> counts = counted.computeIfAbsent(constraint, its -> counts(pod, its));
    int least = counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    // "When the number of eligible domains … is less than minDomains, … treats global minimum as
    // 0".
    if (counts.size() < constraint.path("minDomains").asInt(1)) {
      least = 0;
    }
    int here = counts.getOrDefault(label(node, key), 0) + (counted(pod, pod, constraint) ? 1 : 0);
    return here - least > constraint.path("maxSkew").asInt()
        ? Optional.of("skew " + (here - least) + " over " + key)
        : Optional.empty();
  }

  /** How many are in each domain that takes part. */
  private Map<String, Integer> counts(JsonNode pod, JsonNode constraint) {
    String key = key(constraint);
    Map<String, Integer> counts = new TreeMap<>();
    Set<String> keys = new HashSet<>();
    rules(pod).spread().forEach(one -> keys.add(key(one)));
    for (JsonNode eligible : nodes) {
      if (takesPart(pod, eligible, constraint, keys)) {
        counts.merge(label(eligible, key), 0, Integer::sum);
      }
    }
    for (Resident other : residents) {
      // Pods that are being deleted are on their way out of the domain already.
      if (takesPart(pod, other.node(), constraint, keys)
          && !other.pod().path("metadata").has("deletionTimestamp")
          && counted(pod, other.pod(), constraint)) {
        counts.merge(label(other.node(), key), 1, Integer::sum);
      }
    }
    return counts;
  }

  private boolean counted(JsonNode pod, JsonNode other, JsonNode constraint) {
    return meant
        .computeIfAbsent(constraint, its -> new IdentityHashMap<>())
        .computeIfAbsent(other, its -> spreadsWith(pod, its, constraint));
  }

  private static boolean spreadsWith(JsonNode pod, JsonNode other, JsonNode constraint) {
    return other.path("metadata").path("namespace").equals(pod.path("metadata").path("namespace"))
        && selectorHolds(constraint.path("labelSelector"), other.path("metadata").path("labels"))
        && sameValues(constraint.path("matchLabelKeys"), pod, other, true);
  }

  private boolean takesPart(JsonNode pod, JsonNode node, JsonNode constraint, Set<String> keys) {
    return parts
        .computeIfAbsent(constraint, its -> new IdentityHashMap<>())
        .computeIfAbsent(node, its -> belongs(pod, its, constraint, keys));
  }

  private static boolean belongs(
      JsonNode pod, JsonNode node, JsonNode constraint, Set<String> keys) {
    boolean labelled = keys.stream().allMatch(key -> label(node, key) != null);
    boolean selected =
        constraint.path("nodeAffinityPolicy").asText("Honor").equals("Ignore")
            || NodeTerms.selected(pod, node);
    boolean tolerated =
        constraint.path("nodeTaintsPolicy").asText("Ignore").equals("Ignore")
            || NodeTerms.taintedFor(pod, node).isEmpty();
    return labelled && selected && tolerated;
  }

  private static boolean sameTopology(JsonNode term, JsonNode one, JsonNode other) {
    String value = label(one, key(term));
    return value != null && value.equals(label(other, key(term)));
  }

  private static String key(JsonNode termOrConstraint) {
    return termOrConstraint.path("topologyKey").asText();
  }

  private static String label(JsonNode node, String key) {
    JsonNode value = node.path("metadata").path("labels").path(key);
    return value.isMissingNode() ? null : value.asText();
  }

  private static String name(JsonNode pod) {
    return pod.path("metadata").path("namespace").asText()
        + "/"
        + pod.path("metadata").path("name").asText();
  }
}

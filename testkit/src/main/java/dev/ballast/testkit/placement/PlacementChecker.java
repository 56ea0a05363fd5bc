package dev.ballast.testkit.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.testkit.placement.PodNeeds.Port;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An independent judge of placements: may this pod join that node, next to what is there already?
 * Plain on purpose; documents that it was given must not change. One thread.
 */
public final class PlacementChecker {

  private final Map<String, ObjectNode> nodes = new TreeMap<>();
  private final Map<String, JsonNode> namespaces = new TreeMap<>();
  private final Map<String, List<JsonNode>> occupants = new TreeMap<>();
  private final List<PodCompany.Resident> residents = new ArrayList<>();
  private final PodCompany company;
  private final Map<String, JsonNode> claims = new TreeMap<>();
  private final Map<String, JsonNode> volumes = new TreeMap<>();
  private final PodClaims podClaims = new PodClaims(claims, volumes);
  private final Map<JsonNode, Map<String, BigDecimal>> needs = new IdentityHashMap<>();
  private final Map<JsonNode, Map<String, BigDecimal>> offered = new IdentityHashMap<>();
  private final Map<JsonNode, List<Port>> ports = new IdentityHashMap<>();
  private final Map<JsonNode, Map<JsonNode, String>> unsuited = new IdentityHashMap<>();

  public PlacementChecker(Collection<ObjectNode> nodes) {
    this(nodes, List.of());
  }

  public PlacementChecker(Collection<ObjectNode> nodes, Collection<ObjectNode> namespaces) {
    nodes.forEach(node -> this.nodes.put(node.at("/metadata/name").asText(), node));
    namespaces.forEach(one -> this.namespaces.put(one.at("/metadata/name").asText(), one));
    company = new PodCompany(this.namespaces, List.copyOf(this.nodes.values()), residents);
  }

  /** PersistentVolumes and the claims that have them or not. */
  public PlacementChecker withClaims(
      Collection<ObjectNode> someVolumes, Collection<ObjectNode> someClaims) {
    someVolumes.forEach(one -> volumes.put(one.at("/metadata/name").asText(), one));
    someClaims.forEach(
        one ->
            claims.put(
                one.at("/metadata/namespace").asText() + "/" + one.at("/metadata/name").asText(),
                one));
    return this;
  }

  /** The pod is on the node, rightly or not. One that ended takes nothing. */
  public void occupy(JsonNode pod, String node) {
    String phase = pod.path("status").path("phase").asText();
    if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
      occupants.computeIfAbsent(node, n -> new ArrayList<>()).add(pod);
      if (nodes.containsKey(node)) {
        residents.add(new PodCompany.Resident(pod, nodes.get(node)));
        company.residentsChanged();
      }
    }
  }

  /** The pod comes to the node, where it has room; of GPUs it gets the first that do. */
  void settle(JsonNode pod, String node) {
    ObjectNode settled = pod.deepCopy();
    place(settled, node, PodDevices.first(needs(pod), nodes.get(node), on(node)));
    occupy(settled, node);
  }

  /** The pod is gone from the node. */
  void leave(JsonNode pod, String node) {
    occupants.getOrDefault(node, List.of()).removeIf(one -> one == pod);
    residents.removeIf(one -> one.pod() == pod);
    company.residentsChanged();
  }

  boolean isOn(JsonNode pod, String node) {
    return on(node).stream().anyMatch(one -> one == pod);
  }

  List<JsonNode> on(String node) {
    return List.copyOf(occupants.getOrDefault(node, List.of()));
  }

  List<String> nodes() {
    return List.copyOf(nodes.keySet());
  }

  /** Any node that the pod may join now. */
  public Optional<String> anywhere(JsonNode pod) {
    return nodes.keySet().stream().filter(node -> objection(pod, node).isEmpty()).findFirst();
  }

  /** Why the pod may not join the node; empty when it may. */
  public Optional<String> objection(JsonNode pod, String nodeName) {
    ObjectNode node = nodes.get(nodeName);
    if (node == null) {
      return Optional.of("there is no node " + nodeName);
    }
    String unsuited =
        this.unsuited
            .computeIfAbsent(pod, its -> new IdentityHashMap<>())
            .computeIfAbsent(node, its -> unsuited(pod, its));
    if (!unsuited.isEmpty()) {
      return Optional.of(unsuited);
    }
    return clash(pod, nodeName)
        .or(() -> shortage(pod, node))
        .or(() -> PodDevices.objection(needs(pod), node, on(node)))
        .or(() -> claimed(pod, node))
        .or(() -> company.objection(pod, node));
  }

  private Optional<String> claimed(JsonNode pod, ObjectNode node) {
    return pod.path("spec").has("volumes")
        ? podClaims.objection(pod, node, occupants.values().stream().flatMap(List::stream).toList())
        : Optional.empty();
  }

  /** Why the node is not for the pod, whoever is there; "" when it is. */
  private static String unsuited(JsonNode pod, JsonNode node) {
    if (!NodeTerms.selected(pod, node)) {
      return "selector or affinity does not match";
    }
    String taint = NodeTerms.repelledBy(pod, node);
    if (!taint.isEmpty()) {
      return "not tolerated: " + taint;
    }
    return pod.path("spec").path("schedulingGates").isEmpty() ? "" : "it has scheduling gates";
  }

  /** The same for a binding that says which GPUs of the node the pod gets. */
  public Optional<String> objection(JsonNode pod, String nodeName, List<Integer> devices) {
    return objection(pod, nodeName)
        .or(
            () -> {
              ObjectNode node = nodes.get(nodeName);
              return PodDevices.objection(needs(pod), node, on(node), devices);
            });
  }

  /** The pod as it is once it is placed: on its node, with its devices. */
  public static void place(ObjectNode pod, String node, List<Integer> devices) {
    pod.withObjectProperty("spec").put("nodeName", node);
    PodDevices.note(pod, PodNeeds.resources(pod), devices);
  }

  /** The numbers of the GPUs that the pod says it has. */
  public static List<Integer> devices(JsonNode pod) {
    return PodDevices.numbers(pod);
  }

  private List<JsonNode> on(JsonNode node) {
    return occupants.getOrDefault(name(node), List.of());
  }

  private static String name(JsonNode node) {
    return node.path("metadata").path("name").asText();
  }

  private Map<String, BigDecimal> needs(JsonNode pod) {
    return needs.computeIfAbsent(pod, PodNeeds::resources);
  }

  private List<Port> ports(JsonNode pod) {
    return ports.computeIfAbsent(pod, PodNeeds::hostPorts);
  }

  private Optional<String> clash(JsonNode pod, String node) {
    for (Port wanted : ports(pod)) {
      for (JsonNode other : occupants.getOrDefault(node, List.of())) {
        for (Port taken : ports(other)) {
          if (wanted.clashes(taken)) {
            return Optional.of("host port " + wanted + " is taken by " + taken);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Map<String, BigDecimal> offered(JsonNode node) {
    Map<String, BigDecimal> offered = PodNeeds.quantities(node.at("/status/allocatable"));
    PodDevices.complete(offered);
    return offered;
  }

  private Optional<String> shortage(JsonNode pod, ObjectNode node) {
    Map<String, BigDecimal> offered = this.offered.computeIfAbsent(node, PlacementChecker::offered);
    for (Map.Entry<String, BigDecimal> need : needs(pod).entrySet()) {
      if (need.getValue().signum() == 0) {
        continue;
      }
      BigDecimal sum = need.getValue();
      for (JsonNode other : on(node)) {
        sum = sum.add(needs(other).getOrDefault(need.getKey(), BigDecimal.ZERO));
      }
      BigDecimal there = offered.getOrDefault(need.getKey(), BigDecimal.ZERO);
      if (sum.compareTo(there) > 0) {
        return Optional.of(need.getKey() + ": " + sum + " of " + there);
      }
    }
    return Optional.empty();
  }
}

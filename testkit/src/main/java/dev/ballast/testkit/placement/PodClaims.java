package dev.ballast.testkit.placement;

import static dev.ballast.testkit.placement.NodeTerms.each;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * May a pod with persistent volume claims join a node? From "Persistent Volumes" of the Kubernetes
 * documentation: a pod waits until its claims are bound; a volume's node affinity "limits what
 * nodes this volume can be accessed from"; and with {@code ReadWriteOncePod} "only one pod across
 * the whole cluster can read that PVC or write to it". Claims that their first pod binds are not
 * known here.
 */
final class PodClaims {

  private final Map<String, JsonNode> claims;
  private final Map<String, JsonNode> volumes;

  /**
   * @param claims by namespace/name
   */
  PodClaims(Map<String, JsonNode> claims, Map<String, JsonNode> volumes) {
    this.claims = claims;
    this.volumes = volumes;
  }

  /**
   * @param others all pods that are on any node
   */
  Optional<String> objection(JsonNode pod, JsonNode node, Collection<JsonNode> others) {
    for (String name : names(pod)) {
      JsonNode claim = claims.get(name);
      if (claim == null) {
        return Optional.of("there is no claim " + name);
      }
      if (claim.path("metadata").has("deletionTimestamp")) {
        return Optional.of("the claim goes: " + name);
      }
      String bound = claim.path("spec").path("volumeName").asText();
      if (bound.isEmpty() || !volumes.containsKey(bound)) {
        return Optional.of("the claim has no volume: " + name);
      }
      JsonNode reached = volumes.get(bound).path("spec").path("nodeAffinity").path("required");
      if (!reached.isMissingNode() && !NodeTerms.anyTerm(reached, node)) {
        return Optional.of("the volume of " + name + " is not reached from there");
      }
      boolean single =
          each(claim.path("spec").path("accessModes")).stream()
              .anyMatch(mode -> mode.asText().equals("ReadWriteOncePod"));
      if (single && others.stream().anyMatch(other -> names(other).contains(name))) {
        return Optional.of("another pod has " + name);
      }
    }
    return Optional.empty();
  }

  private static List<String> names(JsonNode pod) {
    List<String> names = new ArrayList<>();
    for (JsonNode volume : pod.path("spec").path("volumes")) {
      JsonNode claim = volume.path("persistentVolumeClaim");
      if (claim.isObject()) {
        String namespace = pod.path("metadata").path("namespace").asText();
        names.add(namespace + "/" + claim.path("claimName").asText());
      }
    }
    return names;
  }
}

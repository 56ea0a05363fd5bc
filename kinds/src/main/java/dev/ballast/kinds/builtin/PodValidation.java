package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a pod's spec must hold beyond the schema, for pods and for templates. Containers have {@link
 * ContainerValidation}. Pure.
 */
final class PodValidation {

  private PodValidation() {}

  static void spec(JsonNode spec, String path, List<Cause> causes) {
    volumes(spec.path("volumes"), path + ".volumes", causes);
    ContainerValidation.all(spec, path, causes);
    Metadata.labels(spec.path("nodeSelector"), path + ".nodeSelector", causes);
    dns(spec, path, causes);
    tolerations(spec.path("tolerations"), path + ".tolerations", causes);
    affinity(spec.path("affinity"), path + ".affinity", causes);
    spread(spec.path("topologySpreadConstraints"), path + ".topologySpreadConstraints", causes);
    Check.unique(spec.path("schedulingGates"), path + ".schedulingGates", "name", causes);
    Check.unique(spec.path("resourceClaims"), path + ".resourceClaims", "name", causes);
  }

  private static void volumes(JsonNode volumes, String path, List<Cause> causes) {
    Check.unique(volumes, path, "name", causes);
    for (int i = 0; i < volumes.size(); i++) {
      boolean found = false;
      for (Map.Entry<String, JsonNode> field : volumes.get(i).properties()) {
        if (field.getKey().equals("name")) {
          continue;
        }
        if (found) {
          causes.add(
              FieldErrors.forbidden(
                  path + "[" + i + "]." + field.getKey(),
                  "may not specify more than 1 volume type"));
        }
        found = true;
      }
    }
  }

  private static void dns(JsonNode spec, String path, List<Cause> causes) {
    if (!spec.path("dnsPolicy").asText("").equals("None")) {
      return;
    }
    JsonNode config = spec.path("dnsConfig");
    if (config.isMissingNode()) {
      causes.add(
          FieldErrors.required(
              path + ".dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None"));
    } else if (config.path("nameservers").isEmpty()) {
      causes.add(
          FieldErrors.required(
              path + ".dnsConfig.nameservers",
              "must provide at least one DNS nameserver when `dnsPolicy` is None"));
    }
  }

  static void tolerations(JsonNode tolerations, String path, List<Cause> causes) {
    for (int i = 0; i < tolerations.size(); i++) {
      toleration(tolerations.get(i), path + "[" + i + "]", causes);
    }
  }

  private static void toleration(JsonNode toleration, String path, List<Cause> causes) {
    String operator = toleration.path("operator").asText("");
    String effect = toleration.path("effect").asText("");
    String value = toleration.path("value").asText("");
    if (toleration.path("key").asText("").isEmpty() && !operator.equals("Exists")) {
      causes.add(
          FieldErrors.invalid(
              path + ".operator",
              operator,
              "operator must be Exists when `key` is empty, which means \"match all values and all"
                  + " keys\""));
    }
    if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
      causes.add(
          FieldErrors.invalid(
              path + ".effect",
              effect,
              "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator.equals("Exists") && !value.isEmpty()) {
      causes.add(
          FieldErrors.invalid(
              path + ".operator", value, "value must be empty when `operator` is 'Exists'"));
    }
  }

  private static void affinity(JsonNode affinity, String path, List<Cause> causes) {
    String required = "requiredDuringSchedulingIgnoredDuringExecution";
    String preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    JsonNode node = affinity.path("nodeAffinity");
    JsonNode terms = node.path(required).path("nodeSelectorTerms");
    String nodePath = path + ".nodeAffinity.";
    for (int i = 0; i < terms.size(); i++) {
      Selectors.nodeTerm(
          terms.get(i), nodePath + required + ".nodeSelectorTerms[" + i + "]", causes);
    }
    for (int i = 0; i < node.path(preferred).size(); i++) {
      Selectors.nodeTerm(
          node.path(preferred).get(i).path("preference"),
          nodePath + preferred + "[" + i + "].preference",
          causes);
    }
    for (String pods : List.of("podAffinity", "podAntiAffinity")) {
      JsonNode rules = affinity.path(pods);
      for (int i = 0; i < rules.path(required).size(); i++) {
        podTerm(
            rules.path(required).get(i),
            path + "." + pods + "." + required + "[" + i + "]",
            causes);
      }
      for (int i = 0; i < rules.path(preferred).size(); i++) {
        podTerm(
            rules.path(preferred).get(i).path("podAffinityTerm"),
            path + "." + pods + "." + preferred + "[" + i + "].podAffinityTerm",
            causes);
      }
    }
  }

  private static void podTerm(JsonNode term, String path, List<Cause> causes) {
    Selectors.validate(term.path("labelSelector"), path + ".labelSelector", causes);
    Selectors.validate(term.path("namespaceSelector"), path + ".namespaceSelector", causes);
  }

  private static void spread(JsonNode constraints, String path, List<Cause> causes) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < constraints.size(); i++) {
      JsonNode constraint = constraints.get(i);
      String at = path + "[" + i + "]";
      String pair =
          "{%s, %s}"
              .formatted(
                  constraint.path("topologyKey").asText(""),
                  constraint.path("whenUnsatisfiable").asText(""));
      if (!seen.add(pair)) {
        causes.add(FieldErrors.duplicate(at + ".{topologyKey, whenUnsatisfiable}", pair));
      }
      Selectors.validate(constraint.path("labelSelector"), at + ".labelSelector", causes);
    }
  }

  /** A controller's template: the metadata and the spec of the pods it will make. */
  static void template(JsonNode spec, List<Cause> causes) {
    JsonNode template = spec.path("template");
    String path = "spec.template";
    JsonNode metadata = template.path("metadata");
    Metadata.labels(metadata.path("labels"), path + ".metadata.labels", causes);
    Metadata.annotations(metadata.path("annotations"), path + ".metadata.annotations", causes);
    JsonNode pod = template.path("spec");
    if (pod.isMissingNode()) {
      causes.add(FieldErrors.required(path + ".spec.containers"));
    }
    spec(pod, path + ".spec", causes);
    if (!pod.path("ephemeralContainers").isEmpty()) {
      causes.add(
          FieldErrors.forbidden(
              path + ".spec.ephemeralContainers",
              "ephemeral containers not allowed in pod template"));
    }
  }
}

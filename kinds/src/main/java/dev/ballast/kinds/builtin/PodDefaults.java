package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Defaults of pods that depend on other fields, as kube-apiserver sets them. Templates get fewer
 * than pods do: the rest follows when a pod is made from the template. Pure but for its argument.
 */
final class PodDefaults {

  static final List<String> CONTAINER_LISTS =
      List.of("initContainers", "containers", "ephemeralContainers");

  private PodDefaults() {}

  /** For a pod's spec and for a template's. Absent is fine. */
  static void spec(JsonNode spec) {
    if (!(spec instanceof ObjectNode object)) {
      return;
    }
    for (String list : CONTAINER_LISTS) {
      object.path(list).forEach(container -> container((ObjectNode) container));
    }
    for (JsonNode volume : object.path("volumes")) {
      if (volume.size() == 1 && volume.has("name")) {
        ((ObjectNode) volume).putObject("emptyDir");
      }
    }
    mirror(object, "serviceAccountName", "serviceAccount");
    mirror(object, "serviceAccount", "serviceAccountName");
  }

  /** What only a pod itself gets. */
  static void pod(JsonNode spec) {
    if (!(spec instanceof ObjectNode object)) {
      return;
    }
    if (!object.has("enableServiceLinks")) {
      object.put("enableServiceLinks", true);
    }
    boolean hostNetwork = object.path("hostNetwork").asBoolean();
    for (String list : List.of("initContainers", "containers")) {
      for (JsonNode container : object.path(list)) {
        requests((ObjectNode) container);
        if (hostNetwork) {
          container.path("ports").forEach(port -> hostPort((ObjectNode) port));
        }
      }
    }
  }

  private static void container(ObjectNode container) {
    if (container.path("imagePullPolicy").asText("").isEmpty()) {
      container.put("imagePullPolicy", pullPolicy(container.path("image").asText("")));
    }
  }

  /** The tag latest moves, so it is always pulled; a digest or another tag is taken as fixed. */
  static String pullPolicy(String image) {
    int digest = image.indexOf('@');
    String name = digest < 0 ? image : image.substring(0, digest);
    int colon = name.lastIndexOf(':');
    boolean tagged = colon > name.lastIndexOf('/');
    String tag = tagged ? name.substring(colon + 1) : digest < 0 ? "latest" : "";
    return tag.equals("latest") ? "Always" : "IfNotPresent";
  }

  private static void mirror(ObjectNode spec, String from, String to) {
    String name = spec.path(from).asText("");
    if (!name.isEmpty() && spec.path(to).asText("").isEmpty()) {
      spec.put(to, name);
    }
  }

  /** What is limited but not requested is requested in full. */
  private static void requests(ObjectNode container) {
    JsonNode limits = container.path("resources").path("limits");
    if (limits.isEmpty()) {
      return;
    }
    ObjectNode requests = container.withObjectProperty("resources").withObjectProperty("requests");
    limits
        .properties()
        .forEach(
            limit -> {
              if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
              }
            });
  }

  private static void hostPort(ObjectNode port) {
    if (port.path("hostPort").asInt(0) == 0) {
      port.set("hostPort", port.get("containerPort"));
    }
  }
}

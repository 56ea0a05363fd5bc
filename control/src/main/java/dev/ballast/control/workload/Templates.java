package dev.ballast.control.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.Owners;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.resource.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Pod templates: pods made of them, and their hash. Pure. */
public final class Templates {

  private static final String SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private Templates() {}

  /** A pod of the template, with a generated name and its controller. */
  public static ObjectNode pod(
      JsonNode template, String namespace, String generateName, OwnerReference controller) {
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata");
    metadata.put("generateName", generateName).put("namespace", namespace);
    JsonNode given = template.path("metadata");
    for (String field : new String[] {"labels", "annotations", "finalizers"}) {
      if (!given.path(field).isMissingNode()) {
        metadata.set(field, given.path(field).deepCopy());
      }
    }
    metadata.putArray("ownerReferences").add(Owners.node(controller));
    pod.set("spec", template.path("spec").deepCopy());
    return pod;
  }

  /** The labels that a template gives its pods. */
  public static Map<String, String> labels(JsonNode template) {
    Map<String, String> labels = new TreeMap<>();
    template
        .path("metadata")
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }

  /**
   * A short hash for labels and names; the same for equal templates whatever their field order.
   *
   * @param collisions how many times this template met a foreign object of its hash's name
   */
  public static String hash(JsonNode template, int collisions) {
    int hash = 0x811c9dc5;
    for (byte b : Json.bytes(sorted(template))) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    if (collisions > 0) {
      for (byte b : Integer.toString(collisions).getBytes(StandardCharsets.US_ASCII)) {
        hash = (hash ^ (b & 0xff)) * 0x01000193;
      }
    }
    StringBuilder safe = new StringBuilder();
    for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
      safe.append(SAFE_ALPHABET.charAt(digit % SAFE_ALPHABET.length()));
    }
    return safe.toString();
  }

  /** True when both give the same pods but for the hash label. */
  public static boolean same(JsonNode one, JsonNode other) {
    return withoutHash(one).equals(withoutHash(other));
  }

  private static JsonNode withoutHash(JsonNode template) {
    JsonNode copy = template.deepCopy();
    JsonNode metadata = copy.path("metadata");
    if (metadata.path("labels") instanceof ObjectNode labels) {
      labels.remove(HASH_LABEL);
      if (labels.isEmpty()) {
        ((ObjectNode) metadata).remove("labels");
      }
    }
    if (metadata instanceof ObjectNode meta) {
      meta.remove("creationTimestamp");
      if (meta.isEmpty()) {
        ((ObjectNode) copy).remove("metadata");
      }
    }
    return copy;
  }

  public static final String HASH_LABEL = "pod-template-hash";

  private static JsonNode sorted(JsonNode node) {
    if (node.isObject()) {
      ObjectNode result = Json.object();
      Map<String, JsonNode> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
      fields.forEach((name, value) -> result.set(name, sorted(value)));
      return result;
    }
    if (node.isArray()) {
      ArrayNode result = Json.object().arrayNode();
      node.forEach(item -> result.add(sorted(item)));
      return result;
    }
    return node;
  }
}

package dev.ballast.testkit.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * One document of a public manifest.
 *
 * @param name its file under the folder of manifests, {@code #}, and its number in that file from 0
 */
public record PublicManifest(String name, ObjectNode object) {

  /** What the server sets, whatever is sent. */
  private static final Set<String> SYSTEM =
      Set.of("creationTimestamp", "resourceVersion", "uid", "generation", "selfLink");

  private static final Set<String> WRITE_ONLY = Set.of("/status", "/stringData");

  /** "" for the core group. */
  public String group() {
    String apiVersion = apiVersion();
    return apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
  }

  public String version() {
    String apiVersion = apiVersion();
    return apiVersion.substring(apiVersion.indexOf('/') + 1);
  }

  public String kind() {
    return object.path("kind").asText("");
  }

  /** "" when it asks for none. */
  public String namespace() {
    return object.path("metadata").path("namespace").asText("");
  }

  private String apiVersion() {
    return object.path("apiVersion").asText("");
  }

  /**
   * The first place where the stored document has not what was sent, but for {@link
   * PublicManifests#UNKNOWN_FIELDS}; "" when it has all. What was added does not count.
   */
  public String lostIn(JsonNode stored) {
    Set<String> unknown = PublicManifests.UNKNOWN_FIELDS.getOrDefault(name, Set.of());
    return lost(object, stored, "", unknown);
  }

  private static String lost(JsonNode sent, JsonNode stored, String path, Set<String> unknown) {
    if (sent.isNull() || WRITE_ONLY.contains(path)) {
      return "";
    }
    if (sent.isObject() && stored.isObject()) {
      return sent.properties().stream()
          .filter(field -> !path.equals("/metadata") || !SYSTEM.contains(field.getKey()))
          .filter(field -> !unknown.contains(path + "/" + field.getKey()))
          .map(f -> lost(f.getValue(), stored.path(f.getKey()), path + "/" + f.getKey(), unknown))
          .filter(lost -> !lost.isEmpty())
          .findFirst()
          .orElse("");
    }
    if (sent.isArray() && stored.isArray() && stored.size() >= sent.size()) {
      for (int i = 0; i < sent.size(); i++) {
        String lost = lost(sent.get(i), stored.get(i), path + "/" + i, unknown);
        if (!lost.isEmpty()) {
          return lost;
        }
      }
      return "";
    }
    return sent.equals(stored) ? "" : path + ": " + sent + " became " + stored;
  }
}

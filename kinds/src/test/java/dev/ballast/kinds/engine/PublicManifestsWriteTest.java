package dev.ballast.kinds.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.FieldValidation;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.WriteOptions;
import dev.ballast.testkit.manifest.PublicManifests;
import dev.ballast.testkit.manifest.YamlDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Every public manifest of a served kind goes through the whole write path, each into a cluster of
 * its own, and comes back as it was but for what was added. What it refers to (namespace, account,
 * priority class) is made first.
 */
class PublicManifestsWriteTest {

  private static final Set<String> SYSTEM =
      Set.of("creationTimestamp", "resourceVersion", "uid", "generation", "selfLink");
  private static final Set<String> WRITE_ONLY = Set.of("/status", "/stringData");
  private static final WriteOptions IGNORE = WriteOptions.by(User.CONTROL_PLANE);

  private final Map<String, String> wrong = new TreeMap<>();
  private int accepted;

  @Test
  void comeBackAsTheyWere() throws IOException {
    String data = System.getenv("BALLAST_DATA");
    assumeTrue(data != null, "BALLAST_DATA is not set: the public manifests are not written");
    Path root = Path.of(data, "manifests");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*\\.(ya?ml|json)")).sorted().toList()) {
        write(root.relativize(file).toString(), Files.readString(file));
      }
    }
    System.out.printf("public manifests: %d written and read back%n", accepted);
    assertTrue(accepted > 100, "only " + accepted + " documents found under " + root);
    wrong.keySet().removeAll(PublicManifests.REFUSED.keySet());
    assertEquals(Map.of(), wrong);
  }

  private void write(String file, String text) {
    List<ObjectNode> documents;
    try {
      documents = YamlDocuments.in(text);
    } catch (YAMLException template) {
      return;
    }
    for (int i = 0; i < documents.size(); i++) {
      ObjectNode document = documents.get(i);
      String apiVersion = document.path("apiVersion").asText("");
      String group = apiVersion.contains("/") ? apiVersion.replaceAll("/.*", "") : "";
      Optional<Kind> kind =
          Cluster.KINDS.byKind(
              group, apiVersion.replaceAll(".*/", ""), document.path("kind").asText(""));
      if (kind.isPresent() && kind.get().verbs().contains("get")) {
        write(file + "#" + i, kind.get(), document);
      }
    }
  }

  private void write(String name, Kind kind, ObjectNode document) {
    String asked = document.path("metadata").path("namespace").asText("");
    String namespace = !kind.namespaced() ? "" : asked.isEmpty() ? "default" : asked;
    Cluster cluster = new Cluster();
    prepare(cluster, kind, namespace, document);
    WriteOptions strict = new WriteOptions(false, FieldValidation.STRICT, "", User.CONTROL_PLANE);
    switch (cluster.resources.create(kind, namespace, document, strict)) {
      case Outcome.Stored stored -> {
        accepted++;
        String lost = lost(document, stored.document().tree(), "");
        if (!lost.isEmpty()) {
          wrong.put(name, lost);
        }
      }
      case Outcome.Removed removed -> wrong.put(name, "removed");
      case Outcome.Failed failed -> wrong.put(name, failed.failure().message());
    }
  }

  private static void prepare(Cluster cluster, Kind kind, String namespace, ObjectNode document) {
    if (!namespace.equals("default") && kind.namespaced()) {
      make(cluster, "Namespace", "", Json.object(), namespace);
      make(cluster, "ServiceAccount", namespace, Json.object(), "default");
    }
    if (kind.kind().equals("Pod")) {
      JsonNode spec = document.path("spec");
      String account =
          spec.path("serviceAccountName").asText(spec.path("serviceAccount").asText(""));
      make(cluster, "ServiceAccount", namespace, Json.object(), account);
      make(
          cluster,
          "PriorityClass",
          "",
          Json.object().put("value", 1),
          spec.path("priorityClassName").asText(""));
    }
  }

  private static void make(
      Cluster cluster, String kind, String namespace, ObjectNode object, String name) {
    if (!name.isEmpty()) {
      object.putObject("metadata").put("name", name);
      cluster.resources.create(Cluster.kind(kind), namespace, object, IGNORE);
    }
  }

  /** The first place where the stored document has not what was sent; "" when it has all. */
  private static String lost(JsonNode sent, JsonNode stored, String path) {
    if (sent.isNull() || WRITE_ONLY.contains(path)) {
      return "";
    }
    if (sent.isObject() && stored.isObject()) {
      for (Map.Entry<String, JsonNode> field : sent.properties()) {
        boolean system = path.equals("/metadata") && SYSTEM.contains(field.getKey());
        String lost =
            system
                ? ""
                : lost(field.getValue(), stored.path(field.getKey()), path + "/" + field.getKey());
        if (!lost.isEmpty()) {
          return lost;
        }
      }
      return "";
    }
    if (sent.isArray() && stored.isArray() && stored.size() >= sent.size()) {
      for (int i = 0; i < sent.size(); i++) {
        String lost = lost(sent.get(i), stored.get(i), path + "/" + i);
        if (!lost.isEmpty()) {
          return lost;
        }
      }
      return "";
    }
    return sent.equals(stored) ? "" : path + ": " + sent + " became " + stored;
  }
}

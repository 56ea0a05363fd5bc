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
import dev.ballast.testkit.manifest.PublicManifest;
import dev.ballast.testkit.manifest.PublicManifests;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every public manifest of a served kind goes through the whole write path, each into a cluster of
 * its own, and comes back as it was but for what was added. What it refers to (namespace, account,
 * priority class) is made first.
 */
class PublicManifestsWriteTest {

  private static final WriteOptions IGNORE = WriteOptions.by(User.CONTROL_PLANE);

  private final Map<String, String> wrong = new TreeMap<>();
  private int accepted;

  @Test
  void comeBackAsTheyWere() {
    Optional<Path> folder = PublicManifests.folder();
    assumeTrue(folder.isPresent(), "BALLAST_DATA is not set");
    PublicManifests.in(folder.get()).forEach(this::write);
    System.out.printf("public manifests: %d written and read back%n", accepted);
    assertTrue(accepted > 100, "only " + accepted + " documents found");
    assertEquals(PublicManifests.REFUSED.keySet(), wrong.keySet(), wrong::toString);
  }

  private void write(PublicManifest manifest) {
    Cluster.KINDS
        .byKind(manifest.group(), manifest.version(), manifest.kind())
        .filter(kind -> kind.verbs().contains("get"))
        .ifPresent(kind -> write(manifest, kind));
  }

  private void write(PublicManifest manifest, Kind kind) {
    String name = manifest.name();
    ObjectNode document = manifest.object();
    String asked = manifest.namespace();
    String namespace = !kind.namespaced() ? "" : asked.isEmpty() ? "default" : asked;
    Cluster cluster = new Cluster();
    prepare(cluster, kind, namespace, document);
    FieldValidation validation =
        PublicManifests.UNKNOWN_FIELDS.containsKey(name)
            ? FieldValidation.WARN
            : FieldValidation.STRICT;
    WriteOptions options = new WriteOptions(false, validation, "", User.CONTROL_PLANE);
    switch (cluster.resources.create(kind, namespace, document, options)) {
      case Outcome.Stored stored -> {
        accepted++;
        String lost = manifest.lostIn(stored.document().tree());
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
}

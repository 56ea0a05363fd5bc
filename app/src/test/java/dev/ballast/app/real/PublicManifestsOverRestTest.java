package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.app.Connection;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.testkit.manifest.PublicManifests;
import dev.ballast.testkit.manifest.YamlDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Every public manifest of a served kind is accepted by a running server and read back as it was
 * but for what was added. A name that another manifest has taken goes into a namespace of its own.
 * The one node is cordoned: nothing of all this is to run.
 */
@Tag("clients")
class PublicManifestsOverRestTest {

  private static final Set<String> SYSTEM =
      Set.of("creationTimestamp", "resourceVersion", "uid", "generation", "selfLink", "namespace");
  private static final Set<String> WRITE_ONLY = Set.of("/status", "/stringData");

  @TempDir Path directory;

  private final BuiltinKinds kinds = new BuiltinKinds();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> wrong = new TreeMap<>();
  private ApiClient api;
  private int accepted;

  @Test
  void comeBackAsTheyWere() throws IOException {
    String data = System.getenv("BALLAST_DATA");
    if (data == null) {
      System.out.println("BALLAST_DATA is not set: the public manifests are not sent");
    }
    assumeTrue(data != null, "BALLAST_DATA is not set");
    Path root = Path.of(data, "manifests");
    try (ServerProcess server =
            ServerProcess.start(
                directory.resolve("data"),
                "--port",
                "0",
                "--node-name",
                "here",
                "--runtime",
                "simulated");
        Connection connection = Connection.of(server.kubeconfig());
        Stream<Path> files = Files.walk(root)) {
      api = connection.client();
      cordon();
      for (Path file :
          files.filter(f -> f.toString().matches(".*\\.(ya?ml|json)")).sorted().toList()) {
        sendAll(root.relativize(file).toString(), Files.readString(file));
      }
    }
    System.out.printf("public manifests: %d accepted over REST and read back%n", accepted);
    assertTrue(accepted > 100, "only " + accepted + " documents found under " + root);
    wrong.keySet().removeAll(PublicManifests.REFUSED.keySet());
    assertEquals(Map.of(), wrong);
  }

  private void cordon() {
    String node = "/api/v1/nodes/here";
    org.awaitility.Awaitility.await().until(() -> api.get(node) instanceof Answer.Done);
    byte[] patch =
        "{\"spec\":{\"unschedulable\":true}}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertInstanceOf(
        Answer.Done.class, api.send("PATCH", node, "application/merge-patch+json", patch));
  }

  private void sendAll(String file, String text) {
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
          kinds.byKind(group, apiVersion.replaceAll(".*/", ""), document.path("kind").asText(""));
      if (kind.isPresent() && kind.get().verbs().contains("get")) {
        send(file + "#" + i, kind.get(), document);
      }
    }
  }

  private void send(String name, Kind kind, ObjectNode document) {
    String asked = document.path("metadata").path("namespace").asText("");
    String namespace = kind.namespaced() ? free(asked.isEmpty() ? "default" : asked, document) : "";
    if (document.path("metadata") instanceof ObjectNode metadata && !asked.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    prepare(kind, namespace, document);
    String path = path(kind, namespace);
    Answer answer = api.post(path + "?fieldValidation=Strict", Json.bytes(document));
    switch (answer) {
      case Answer.Done done -> compare(name, path, document, done.json());
      case Answer.Refused refused -> {
        boolean isThere = refused.failure().reason().equals("AlreadyExists");
        if (isThere && kind.kind().equals("Namespace")) {
          accepted++;
        } else {
          wrong.put(name, refused.failure().message());
        }
      }
      case Answer.Unreachable unreachable -> wrong.put(name, unreachable.reason());
    }
  }

  /** The namespace itself, or a numbered one when the document's name is taken in it. */
  private String free(String namespace, ObjectNode document) {
    String name = document.path("kind").asText() + " " + document.at("/metadata/name").asText();
    String free = namespace;
    for (int i = 2; !taken.add(free + " " + name); i++) {
      free = namespace + "-" + i;
    }
    return free;
  }

  private static String path(Kind kind, String namespace) {
    String version = kind.apiVersion();
    return (version.contains("/") ? "/apis/" : "/api/")
        + version
        + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
        + "/"
        + kind.type().plural();
  }

  private void prepare(Kind kind, String namespace, ObjectNode document) {
    if (kind.namespaced() && !namespace.equals("default")) {
      make("/api/v1/namespaces", Json.object(), namespace);
      make("/api/v1/namespaces/" + namespace + "/serviceaccounts", Json.object(), "default");
    }
    if (kind.kind().equals("Pod")) {
      JsonNode spec = document.path("spec");
      String account =
          spec.path("serviceAccountName").asText(spec.path("serviceAccount").asText(""));
      make("/api/v1/namespaces/" + namespace + "/serviceaccounts", Json.object(), account);
      String priority = spec.path("priorityClassName").asText("");
      make("/apis/scheduling.k8s.io/v1/priorityclasses", Json.object().put("value", 1), priority);
    }
  }

  private void make(String path, ObjectNode object, String name) {
    if (!name.isEmpty()) {
      object.putObject("metadata").put("name", name);
      api.post(path, Json.bytes(object));
    }
  }

  private void compare(String name, String path, ObjectNode sent, ObjectNode made) {
    String place = path + "/" + made.path("metadata").path("name").asText();
    if (!(api.get(place) instanceof Answer.Done done)) {
      wrong.put(name, "cannot be read back");
      return;
    }
    accepted++;
    String lost = lost(sent, done.json(), "");
    if (!lost.isEmpty()) {
      wrong.put(name, lost);
    }
  }

  /** The first place where the stored document has not what was sent; "" when it has all. */
  private static String lost(JsonNode sent, JsonNode stored, String path) {
    if (sent.isNull() || WRITE_ONLY.contains(path)) {
      return "";
    }
    if (sent.isObject() && stored.isObject()) {
      return sent.properties().stream()
          .filter(field -> !path.equals("/metadata") || !SYSTEM.contains(field.getKey()))
          .map(f -> lost(f.getValue(), stored.path(f.getKey()), path + "/" + f.getKey()))
          .filter(lost -> !lost.isEmpty())
          .findFirst()
          .orElse("");
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

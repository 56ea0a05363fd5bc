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
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.testkit.manifest.PublicManifest;
import dev.ballast.testkit.manifest.PublicManifests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every public manifest of a served kind is accepted by a running server and read back as it was
 * but for what was added. A name that another manifest has taken goes into a namespace of its own.
 * The one node is cordoned: nothing of all this is to run.
 */
@Tag("clients")
class PublicManifestsOverRestTest {

  private static final String STRICT = "?fieldValidation=Strict";

  @TempDir Path directory;

  private final BuiltinKinds kinds = new BuiltinKinds();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> wrong = new TreeMap<>();
  private final Set<String> refused = new HashSet<>();
  private ApiClient api;
  private int accepted;

  @Test
  void comeBackAsTheyWere() throws IOException {
    Optional<Path> folder = PublicManifests.folder();
    assumeTrue(folder.isPresent(), "BALLAST_DATA is not set");
    try (ServerProcess server =
            ServerProcess.start(
                directory.resolve("data"),
                "--port",
                "0",
                "--node-name",
                "here",
                "--runtime",
                "simulated");
        Connection connection = Connection.of(server.kubeconfig())) {
      api = connection.client();
      cordon();
      PublicManifests.in(folder.get()).forEach(this::send);
    }
    System.out.printf(
        "public manifests: %d accepted over REST and read back, %d refused as by Kubernetes%n",
        accepted, refused.size());
    assertTrue(accepted > 100, "only " + accepted + " documents found");
    assertEquals(Map.of(), wrong);
    assertEquals(PublicManifests.REFUSED.keySet(), refused);
  }

  private void cordon() {
    String node = "/api/v1/nodes/here";
    org.awaitility.Awaitility.await().until(() -> api.get(node) instanceof Answer.Done);
    byte[] patch =
        "{\"spec\":{\"unschedulable\":true}}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertInstanceOf(
        Answer.Done.class, api.send("PATCH", node, "application/merge-patch+json", patch));
  }

  private void send(PublicManifest manifest) {
    kinds
        .byKind(manifest.group(), manifest.version(), manifest.kind())
        .filter(kind -> kind.verbs().contains("get"))
        .ifPresent(kind -> send(manifest, kind));
  }

  private void send(PublicManifest manifest, Kind kind) {
    ObjectNode document = manifest.object();
    String asked = manifest.namespace();
    String namespace = kind.namespaced() ? free(asked.isEmpty() ? "default" : asked, document) : "";
    if (kind.namespaced() && !asked.isEmpty()) {
      document.withObjectProperty("metadata").put("namespace", namespace);
    }
    prepare(kind, namespace, document);
    String path = path(kind, namespace);
    String name = document.at("/metadata/name").asText();
    if (!kind.namespaced() && !taken.add(kind.kind() + " " + name)) {
      api.send("DELETE", path + "/" + name, new byte[0]); // another document's, read back already
    }
    byte[] body = Json.bytes(document);
    Set<String> unknown = PublicManifests.UNKNOWN_FIELDS.getOrDefault(manifest.name(), Set.of());
    if (!unknown.isEmpty()) {
      checkStrict(manifest.name(), unknown, api.post(path + STRICT, body));
    }
    // what Kubernetes refuses, it refuses without being asked to be strict
    boolean lenient = !unknown.isEmpty() || PublicManifests.REFUSED.containsKey(manifest.name());
    switch (api.post(lenient ? path : path + STRICT, body)) {
      case Answer.Done done -> compare(manifest, path, done.json());
      case Answer.Refused no -> checkRefusal(manifest, no.failure());
      case Answer.Unreachable unreachable -> wrong.put(manifest.name(), unreachable.reason());
    }
  }

  /** A client that asks for strict field validation is told every unknown field. */
  private void checkStrict(String name, Set<String> unknown, Answer answer) {
    String message = answer instanceof Answer.Refused no ? no.failure().message() : "accepted";
    for (String pointer : unknown) {
      String field = pointer.substring(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.');
      if (!message.contains("unknown field \"" + field + "\"")) {
        wrong.put(name + " under Strict", message);
      }
    }
  }

  private void checkRefusal(PublicManifest manifest, Failure failure) {
    String expected = PublicManifests.REFUSED.get(manifest.name());
    if (expected != null && failure.message().contains(expected)) {
      refused.add(manifest.name());
    } else if (failure.reason().equals("AlreadyExists") && manifest.kind().equals("Namespace")) {
      accepted++;
    } else {
      wrong.put(manifest.name(), failure.message());
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

  private void compare(PublicManifest manifest, String path, ObjectNode made) {
    String place = path + "/" + made.path("metadata").path("name").asText();
    if (!(api.get(place) instanceof Answer.Done done)) {
      wrong.put(manifest.name(), "cannot be read back");
      return;
    }
    accepted++;
    String lost = manifest.lostIn(done.json());
    if (!lost.isEmpty()) {
      wrong.put(manifest.name(), lost);
    }
  }
}

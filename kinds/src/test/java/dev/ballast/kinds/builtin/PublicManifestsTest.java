package dev.ballast.kinds.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.testkit.manifest.PublicManifests;
import dev.ballast.testkit.manifest.YamlDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Every public manifest of a served kind decodes, takes its defaults and passes validation, except
 * those that Kubernetes refuses too. The manifests lie outside the repository, under BALLAST_DATA.
 */
public class PublicManifestsTest {

  private final BuiltinKinds kinds = new BuiltinKinds();
  private final Map<String, String> refused = new TreeMap<>();
  private int accepted;
  private int unparseable;

  @Test
  void areAcceptedExceptWhatKubernetesRefuses() throws IOException {
    String data = System.getenv("BALLAST_DATA");
    if (data == null) {
      System.out.println("BALLAST_DATA is not set: the public manifests are not checked");
    }
    assumeTrue(data != null, "BALLAST_DATA is not set");
    Path root = Path.of(data, "manifests");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*\\.(ya?ml|json)")).sorted().toList()) {
        check(root.relativize(file).toString(), Files.readString(file));
      }
    }
    System.out.printf(
        "public manifests: %d accepted, %d refused, %d files that do not parse%n",
        accepted, refused.size(), unparseable);
    assertTrue(accepted > 100, "only " + accepted + " documents found under " + root);
    assertEquals(
        PublicManifests.REFUSED.keySet(), refused.keySet(), () -> String.join("\n", lines()));
  }

  private List<String> lines() {
    return refused.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
  }

  private void check(String file, String text) {
    List<ObjectNode> documents;
    try {
      documents = YamlDocuments.in(text);
    } catch (YAMLException template) {
      unparseable++;
      return;
    }
    for (int i = 0; i < documents.size(); i++) {
      check(file + "#" + i, documents.get(i));
    }
  }

  private void check(String name, ObjectNode document) {
    String apiVersion = document.path("apiVersion").asText("");
    String group = apiVersion.contains("/") ? apiVersion.replaceAll("/.*", "") : "";
    String version = apiVersion.replaceAll(".*/", "");
    Optional<Kind> kind = kinds.byKind(group, version, document.path("kind").asText(""));
    if (kind.isEmpty()) {
      return;
    }
    List<String> wrong = new ArrayList<>();
    ObjectNode copy = document.deepCopy();
    SchemaCheck.typeMismatch(kind.get(), copy).map(Failure::message).ifPresent(wrong::add);
    if (wrong.isEmpty()) {
      wrong.addAll(SchemaCheck.unknownFields(kind.get(), copy));
      wrong.addAll(Trees.wrong(kind.get(), copy));
      ObjectNode defaulted = Trees.defaulted(kind.get(), copy);
      assertEquals(defaulted, Trees.defaulted(kind.get(), defaulted), name);
    }
    if (wrong.isEmpty()) {
      accepted++;
    } else {
      refused.put(name, String.join("; ", wrong));
    }
  }
}

package dev.ballast.kinds.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.testkit.manifest.PublicManifest;
import dev.ballast.testkit.manifest.PublicManifests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every public manifest of a served kind decodes, takes its defaults and passes validation, except
 * those that Kubernetes refuses too, under strict field validation. The manifests lie outside the
 * repository, under BALLAST_DATA.
 */
public class PublicManifestsTest {

  private final BuiltinKinds kinds = new BuiltinKinds();
  private final Map<String, String> refused = new TreeMap<>();
  private int accepted;

  @Test
  void areAcceptedExceptWhatKubernetesRefuses() {
    Optional<Path> folder = PublicManifests.folder();
    assumeTrue(folder.isPresent(), "BALLAST_DATA is not set");
    PublicManifests.in(folder.get()).forEach(this::check);
    System.out.printf("public manifests: %d accepted, %d refused%n", accepted, refused.size());
    assertTrue(accepted > 100, "only " + accepted + " documents found");
    Set<String> expected = new TreeSet<>(PublicManifests.REFUSED.keySet());
    expected.addAll(PublicManifests.UNKNOWN_FIELDS.keySet());
    assertEquals(expected, refused.keySet(), () -> String.join("\n", lines()));
  }

  private List<String> lines() {
    return refused.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
  }

  private void check(PublicManifest manifest) {
    Optional<Kind> kind = kinds.byKind(manifest.group(), manifest.version(), manifest.kind());
    if (kind.isEmpty()) {
      return;
    }
    String name = manifest.name();
    ObjectNode document = manifest.object();
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

package dev.ballast.kinds.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.Resources.WriteOptions;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdmittedResourcesTest {

  private static final BuiltinKinds KINDS = new BuiltinKinds();
  private static final Kind CONFIG_MAP = KINDS.byKind("", "v1", "ConfigMap").orElseThrow();

  private final AdmittedResources resources =
      new AdmittedResources(
          new InMemoryResourceStore(),
          KINDS,
          List.of(),
          new RandomIds(new Random(1)),
          new SimulatedTimers(Instant.parse("2026-01-02T03:04:05Z"), new Random(1)));

  private static ObjectNode configMap(String name) {
    return Json.parse(
        """
        {"metadata":{"name":"%s"},"data":{"a":"1"}}"""
            .formatted(name)
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void lifeOfAnObject() {
    WriteOptions options = WriteOptions.by(User.CONTROL_PLANE);
    Outcome.Stored created =
        assertInstanceOf(
            Outcome.Stored.class, resources.create(CONFIG_MAP, "default", configMap("a"), options));
    assertTrue(created.created());
    Outcome.Failed again =
        assertInstanceOf(
            Outcome.Failed.class, resources.create(CONFIG_MAP, "default", configMap("a"), options));
    assertEquals("configmaps \"a\" already exists", again.failure().message());
    ObjectNode patch = Json.object();
    patch.putObject("data").put("b", "2");
    Outcome.Stored patched =
        assertInstanceOf(
            Outcome.Stored.class,
            resources.patch(CONFIG_MAP, "default", "a", "", PatchType.MERGE, patch, options));
    assertEquals("2", patched.document().tree().at("/data/b").asText());
    Outcome.Failed stale =
        assertInstanceOf(
            Outcome.Failed.class,
            resources.update(CONFIG_MAP, "default", "a", "", created.document().tree(), options));
    Failure failure = stale.failure();
    assertEquals(409, failure.code());
    assertInstanceOf(
        Outcome.Removed.class,
        resources.delete(CONFIG_MAP, "default", "a", DeleteOptions.DEFAULTS, options));
  }
}

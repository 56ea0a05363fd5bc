package dev.ballast.kinds.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.kinds.patch.RandomDocuments;
import dev.ballast.kinds.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/**
 * Whatever a client sends is stored in a form that the kind's schema accepts, or refused with a
 * reason and nothing stored. Nothing throws.
 */
class HostileInputProperties {

  private static final Set<Integer> REFUSALS = Set.of(400, 403, 404, 409, 413, 415, 422);
  private static final Cluster CLUSTER = new Cluster();

  @Provide
  Arbitrary<Kind> kinds() {
    return Arbitraries.of(
        Cluster.KINDS.all().stream().filter(kind -> kind.verbs().contains("patch")).toList());
  }

  private static ObjectNode document(Kind kind, long seed) {
    ObjectNode document = new RandomDocuments(seed).of((Schema.ObjectType) kind.schema());
    document.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    ObjectNode metadata = document.withObjectProperty("metadata");
    metadata.put("name", "a" + Math.floorMod(seed, 3));
    metadata.remove(List.of("namespace", "resourceVersion", "uid"));
    return document;
  }

  /** Puts a value of a wrong type somewhere, or leaves the document as it is. */
  private static ObjectNode spoiled(ObjectNode document, Random random) {
    if (random.nextBoolean()) {
      spoil(document, random);
    }
    return document;
  }

  private static void spoil(JsonNode node, Random random) {
    int at = node.isEmpty() ? 0 : random.nextInt(node.size());
    JsonNode wrong = wrong(random);
    switch (node) {
      case ObjectNode object -> {
        String name =
            object.isEmpty()
                ? "x"
                : object.properties().stream().skip(at).findFirst().orElseThrow().getKey();
        if (random.nextInt(3) == 0 || !object.path(name).isContainerNode()) {
          object.set(name, wrong);
        } else {
          spoil(object.get(name), random);
        }
      }
      case ArrayNode array -> {
        if (array.isEmpty() || random.nextInt(3) == 0 || !array.get(at).isContainerNode()) {
          array.insert(at, wrong);
        } else {
          spoil(array.get(at), random);
        }
      }
      default -> {}
    }
  }

  private static JsonNode wrong(Random random) {
    ObjectNode factory = Json.object();
    return List.of(
            factory.nullNode(),
            factory.textNode("\u0000\uD83D\uDE00"),
            factory.numberNode(-1),
            factory.numberNode(1e300),
            factory.numberNode(Long.MAX_VALUE),
            factory.booleanNode(true),
            factory.arrayNode().add(1).addNull(),
            factory.arrayNode(),
            Json.object().put("$patch", "delete"),
            Json.object().put("name", 1))
        .get(random.nextInt(10));
  }

  private static void isSound(Kind kind, long before, Outcome outcome) {
    Statistics.collect(
        outcome instanceof Outcome.Failed failed ? failed.failure().code() : "taken");
    Statistics.coverage(coverage -> coverage.check("taken").percentage(share -> share > 2));
    switch (outcome) {
      case Outcome.Stored stored -> {
        Document document = stored.document();
        assertEquals(Optional.of(document), CLUSTER.store.get(document.key()));
        ObjectNode tree = document.tree();
        assertEquals(Optional.empty(), SchemaCheck.typeMismatch(kind, tree));
        assertEquals(List.of(), SchemaCheck.unknownFields(kind, tree));
      }
      case Outcome.Removed removed ->
          assertEquals(Optional.empty(), CLUSTER.store.get(removed.document().key()));
      case Outcome.Failed failed -> {
        Failure failure = failed.failure();
        assertTrue(REFUSALS.contains(failure.code()), failure.toString());
        assertTrue(!failure.message().isBlank() && !failure.reason().isBlank());
        assertEquals(before, CLUSTER.store.revision(), failure.message());
      }
    }
  }

  private static String namespace(Kind kind) {
    return kind.namespaced() ? "default" : "";
  }

  @Property(tries = 1000)
  void bodies(@ForAll("kinds") Kind kind, @ForAll long seed, @ForAll boolean update) {
    Random random = new Random(seed);
    ObjectNode body = spoiled(document(kind, seed), random);
    String name = "a" + Math.floorMod(seed, 3);
    long before = CLUSTER.store.revision();
    isSound(
        kind,
        before,
        update
            ? CLUSTER.resources.update(
                kind, namespace(kind), name, subresource(kind, random), body, Cluster.OPTIONS)
            : CLUSTER.resources.create(kind, namespace(kind), body, Cluster.OPTIONS));
  }

  private static String subresource(Kind kind, Random random) {
    boolean status = kind.subresources().contains("status") && random.nextBoolean();
    return status ? "status" : "";
  }

  @Property(tries = 1000)
  void patches(@ForAll("kinds") Kind kind, @ForAll PatchType type, @ForAll long seed) {
    Random random = new Random(seed);
    ObjectNode body = spoiled(document(kind, seed), random);
    JsonNode patch =
        type == PatchType.JSON && random.nextInt(4) > 0 ? operation(body, random) : body;
    long before = CLUSTER.store.revision();
    isSound(
        kind,
        before,
        CLUSTER.resources.patch(
            kind,
            namespace(kind),
            "a" + Math.floorMod(seed, 3),
            subresource(kind, random),
            type,
            patch,
            Cluster.OPTIONS));
  }

  private static JsonNode operation(ObjectNode body, Random random) {
    List<String> names = List.of("/spec", "/metadata", "/status", "/data", "/metadata/labels", "");
    ArrayNode patch = body.arrayNode();
    patch
        .addObject()
        .put("op", List.of("add", "replace", "remove", "test").get(random.nextInt(4)))
        .put("path", names.get(random.nextInt(names.size())))
        .set("value", random.nextBoolean() ? body.path("spec") : wrong(random));
    return patch;
  }

  @Property(tries = 500)
  void subresources(@ForAll long seed) {
    Random random = new Random(seed);
    Kind deployment = Cluster.kind("Deployment");
    ObjectNode body = spoiled(document(deployment, seed), random);
    for (Outcome outcome :
        List.of(
            CLUSTER.resources.update(deployment, "default", "a1", "scale", body, Cluster.OPTIONS),
            CLUSTER.resources.bind("default", "a1", body, Cluster.OPTIONS),
            CLUSTER.resources.evict("default", "a1", body, Cluster.OPTIONS))) {
      assertTrue(
          !(outcome instanceof Outcome.Failed failed) || REFUSALS.contains(failed.failure().code()),
          outcome.toString());
    }
  }
}

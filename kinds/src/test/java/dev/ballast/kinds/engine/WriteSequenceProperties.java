package dev.ballast.kinds.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.FieldValidation;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.Resources.WriteOptions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds after any sequence of writes, most of which collide or are refused. */
class WriteSequenceProperties {

  /**
   * @param action what to do; {@code value} steers what is written
   */
  record Step(String action, String kind, String name, int value, boolean dryRun) {}

  private static final Map<String, String> SPECS =
      Map.of(
          "ConfigMap", "{'data':{'v':'%d'}}",
          "Service", "{'spec':{'type':'NodePort','ports':[{'port':%d}]}}",
          "Deployment",
              "{'spec':{'replicas':%d,'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':"
                  + "{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'x'}]}}}}");

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(
                "create", "update", "patch", "status", "finalize", "unfinalize", "delete", "spoil"),
            Arbitraries.of("ConfigMap", "Service", "Deployment"),
            Arbitraries.of("a", "b"),
            Arbitraries.integers().between(1, 3),
            Arbitraries.of(false, false, false, true))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  @Property(tries = 150)
  void invariantsHold(@ForAll("steps") List<Step> steps) {
    Cluster cluster = new Cluster();
    for (Step step : steps) {
      Optional<ObjectNode> before = cluster.get(step.kind(), step.name());
      long revision = cluster.store.revision();
      Outcome outcome = act(cluster, step);
      Optional<ObjectNode> after = cluster.get(step.kind(), step.name());
      if (step.dryRun() || outcome instanceof Outcome.Failed) {
        assertEquals(revision, cluster.store.revision(), "a refused or dry write left something");
        assertEquals(before, after);
      } else {
        answersWhatIsStored(outcome, after);
        keepsItsIdentity(before, after, outcome);
      }
      everyClaimBelongsToAService(cluster);
    }
  }

  private static Outcome act(Cluster cluster, Step step) {
    WriteOptions options =
        new WriteOptions(step.dryRun(), FieldValidation.STRICT, "", User.CONTROL_PLANE);
    Kind kind = Cluster.kind(step.kind());
    ObjectNode body = Cluster.json(SPECS.get(step.kind()).formatted(step.value()));
    body.putObject("metadata").put("name", step.name());
    return switch (step.action()) {
      case "create" -> cluster.resources.create(kind, "default", body, options);
      case "update" -> cluster.resources.update(kind, "default", step.name(), "", body, options);
      case "delete" ->
          cluster.resources.delete(
              kind,
              "default",
              step.name(),
              new DeleteOptions(
                  "", -1, step.value() == 1 ? Propagation.FOREGROUND : Propagation.BACKGROUND),
              options);
      case "patch" -> patch(cluster, step, "", body, options);
      case "status" ->
          patch(
              cluster,
              step,
              kind.subresources().contains("status") ? "status" : "",
              Cluster.json("{'metadata':{'annotations':{'n':'%d'}}}".formatted(step.value())),
              options);
      case "finalize" ->
          patch(cluster, step, "", Cluster.json("{'metadata':{'finalizers':['x.io/f']}}"), options);
      case "unfinalize" ->
          patch(cluster, step, "", Cluster.json("{'metadata':{'finalizers':null}}"), options);
      default -> patch(cluster, step, "", Cluster.json("{'nonsense':1}"), options);
    };
  }

  private static Outcome patch(
      Cluster cluster, Step step, String subresource, JsonNode patch, WriteOptions options) {
    return cluster.resources.patch(
        Cluster.kind(step.kind()),
        "default",
        step.name(),
        subresource,
        PatchType.MERGE,
        patch,
        options);
  }

  private static void answersWhatIsStored(Outcome outcome, Optional<ObjectNode> after) {
    if (outcome instanceof Outcome.Stored stored) {
      assertEquals(after, Optional.of(stored.document().tree()));
    } else {
      assertEquals(Optional.empty(), after);
    }
  }

  private static void keepsItsIdentity(
      Optional<ObjectNode> before, Optional<ObjectNode> after, Outcome outcome) {
    if (before.isEmpty() || after.isEmpty()) {
      return;
    }
    assertTrue(outcome instanceof Outcome.Stored stored && !stored.created());
    JsonNode was = before.get().path("metadata");
    JsonNode is = after.get().path("metadata");
    assertEquals(was.path("uid"), is.path("uid"));
    assertEquals(was.path("creationTimestamp"), is.path("creationTimestamp"));
    assertTrue(is.path("generation").asLong() >= was.path("generation").asLong());
    assertTrue(
        was.path("deletionTimestamp").isMissingNode() || is.has("deletionTimestamp"),
        "nothing comes back from its deletion");
    assertEquals(
        was.path("resourceVersion").equals(is.path("resourceVersion")),
        content(before.get()).equals(content(after.get())),
        "a new version if and only if something changed");
    assertEquals(
        before.get().at("/spec/clusterIP"), after.get().at("/spec/clusterIP"), "a stable address");
  }

  private static ObjectNode content(ObjectNode document) {
    ObjectNode copy = document.deepCopy();
    copy.withObjectProperty("metadata").remove("resourceVersion");
    return copy;
  }

  private static void everyClaimBelongsToAService(Cluster cluster) {
    Set<String> held = new HashSet<>();
    for (Document service : list(cluster, ResourceType.SERVICES)) {
      ObjectNode tree = service.tree();
      assertTrue(held.add(tree.at("/spec/clusterIP").asText()), "an address is held twice");
      tree.at("/spec/ports")
          .forEach(
              port -> {
                if (port.has("nodePort")) {
                  assertTrue(held.add(port.path("nodePort").asText()), "a port is held twice");
                }
              });
    }
    Set<String> claims = new HashSet<>();
    list(cluster, new ResourceType("networking.k8s.io", "ipaddresses"))
        .forEach(claim -> claims.add(claim.key().name()));
    list(cluster, new ResourceType("ballast.dev", "nodeports"))
        .forEach(claim -> claims.add(claim.key().name()));
    assertEquals(held, claims);
  }

  private static List<Document> list(Cluster cluster, ResourceType type) {
    return ((ListResult.Page) cluster.store.list(ListQuery.all(type))).documents();
  }

  /** Patches that touch different keys all survive, however many writers there are. */
  @Example
  void noWriteIsLost() throws Exception {
    Cluster cluster = new Cluster();
    cluster.created("ConfigMap", "{'metadata':{'name':'a'}}");
    Map<String, String> expected = new HashMap<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> calls =
          IntStream.range(0, 24)
              .mapToObj(i -> (Callable<Boolean>) () -> untilStored(cluster, "k" + i, i))
              .toList();
      for (Future<Boolean> call : executor.invokeAll(calls)) {
        assertTrue(call.get());
      }
    }
    IntStream.range(0, 24).forEach(i -> expected.put("k" + i, Integer.toString(i)));
    JsonNode data = cluster.get("ConfigMap", "a").orElseThrow().path("data");
    assertEquals(Json.MAPPER.valueToTree(expected), data);
  }

  private static boolean untilStored(Cluster cluster, String key, int value) {
    for (int attempt = 0; attempt < 100; attempt++) {
      Outcome outcome =
          cluster.patch("ConfigMap", "a", "", "{'data':{'%s':'%d'}}".formatted(key, value));
      if (outcome instanceof Outcome.Stored) {
        return true;
      }
      assertEquals(409, Cluster.failed(outcome).code());
    }
    return false;
  }

  /** The uid is the object's for life; a key that is free again starts a new one. */
  @Property(tries = 20)
  void aUidNeverReturns(@ForAll("steps") List<Step> steps) {
    Cluster cluster = new Cluster();
    Map<ObjectKey, String> last = new HashMap<>();
    Set<String> gone = new HashSet<>();
    for (Step step : steps) {
      act(cluster, step);
      ObjectKey key = new ObjectKey(Cluster.kind(step.kind()).type(), "default", step.name());
      String uid =
          cluster.get(step.kind(), step.name()).map(o -> o.at("/metadata/uid").asText()).orElse("");
      String before = last.getOrDefault(key, "");
      if (!before.equals(uid)) {
        gone.add(before);
        last.put(key, uid);
      }
      assertTrue(uid.isEmpty() || !gone.contains(uid));
    }
  }
}

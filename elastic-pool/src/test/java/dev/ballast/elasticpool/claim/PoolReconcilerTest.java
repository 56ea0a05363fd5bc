package dev.ballast.elasticpool.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Now;
import dev.ballast.elasticpool.claim.PoolReconciler.Held;
import dev.ballast.elasticpool.claim.PoolReconciler.NodeClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolReconcilerTest {

  private static final Now NOW = new Now(Instant.parse("2026-01-01T00:10:00Z"), 0);

  /**
   * A claim is NAME:PODS@MINUTE, with L for launched, R for registered and D for on its way out
   * after it.
   */
  @ParameterizedTest
  @CsvSource({
    "2, '', '', '+ +'",
    "0, '', '', ''",
    "2, '', 'a:0@0LR b:0@0LR', ''",
    "2, '', 'a:0@0LR b:0@0', ''",
    "2, '', 'a:0@0LR b:0@0LRD', '+'",
    "1, '', 'a:0@0LR b:9@0', '-b'",
    "1, '', 'a:0@0LR b:9@0L', '-b'",
    "1, '', 'a:3@0LR b:2@0LR c:4@0LR', '-b -a'",
    "1, '', 'a:1@1LR b:1@3LR c:1@2LR', '-b -c'",
    "0, '', 'a:1@1LR b:1@1LR c:0@1LRD', '-a -b'",
    "5, 3, 'a:0@0LR', '+ +'",
    "5, 3, 'a:0@0LR b:0@0LR c:0@0LRD', ''",
    "5, 3, 'a:0@0LR b:0@0LR c:0@0LR d:0@0LR', ''",
  })
  void keepsTheSize(int replicas, String limit, String there, String steps) {
    ObjectNode spec = spec().put("replicas", replicas);
    if (!limit.isEmpty()) {
      spec.putObject("limits").put("nodes", limit);
    }
    assertEquals(steps, text(decide(pool(spec), claims(there), NodeClass.THERE)));
  }

  @ParameterizedTest
  @CsvSource({
    "THERE, True, Ready, '+ +'",
    "MISSING, False, NodeClassNotFound, ''",
    "UNKNOWN, False, NodeClassNotSupported, ''",
  })
  void needsItsClass(NodeClass there, String ready, String reason, String steps) {
    List<Action> actions = decide(pool(spec().put("replicas", 2)), List.of(), there);
    assertEquals(steps, text(actions));
    assertEquals(ready, condition(actions, "Ready").path("status").asText());
    assertEquals(reason, condition(actions, "Ready").path("reason").asText());
    assertEquals(ready, condition(actions, "NodeClassReady").path("status").asText());
  }

  /** However many are wanted, and however slowly machines come. */
  @Test
  void claimsDoNotRunAheadOfMachines() {
    Cached<NodePool> pool = pool(spec().put("replicas", Long.MAX_VALUE));
    String first = text(decide(pool, List.of(), NodeClass.THERE));
    assertEquals("+ ".repeat(PoolReconciler.BURST).strip(), first);
    StringBuilder there = new StringBuilder("a:0@0LR");
    for (int i = 3; i < PoolReconciler.BURST; i++) {
      there.append(" w").append(i).append(":0@0");
    }
    assertEquals("+ + +", text(decide(pool, claims(there.toString()), NodeClass.THERE)));
    there.append(" x:0@0 y:0@0 z:0@0 more:0@0");
    assertEquals("", text(decide(pool, claims(there.toString()), NodeClass.THERE)));
  }

  @Test
  void shrinksWithoutItsClass() {
    assertEquals(
        "-a", text(decide(pool(spec().put("replicas", 0)), claims("a:0@0LR"), NodeClass.MISSING)));
  }

  @Test
  void saysThatItDoesNotFollowDemandYet() {
    List<Action> actions = decide(pool(spec()), claims(""), NodeClass.THERE);
    assertEquals("", text(actions));
    JsonNode ready = condition(actions, "Ready");
    assertEquals("False", ready.path("status").asText());
    assertEquals("DemandNotServed", ready.path("reason").asText());
    assertTrue(ready.path("message").asText().contains("spec.replicas"), ready.toString());
  }

  @Test
  void tellsWhyAClaimWasRefused() {
    List<Action> actions =
        new PoolReconciler()
            .reconcile(
                new PoolReconciler.View(
                    pool(spec().put("replicas", 1)),
                    List.of(),
                    NodeClass.THERE,
                    "",
                    Optional.of(new Failure(422, "Invalid", "no such label"))),
                NOW)
            .actions();
    assertEquals("no such label", condition(actions, "Ready").path("message").asText());
  }

  @Test
  void leavesTheClaimsOfADeletedPoolToTheCollector() {
    ObjectNode pool = poolTree(spec().put("replicas", 2));
    pool.withObject("/metadata").put("deletionTimestamp", "2026-01-01T00:09:00Z");
    assertEquals(List.of(), decide(cached(pool), claims("a:0@0LR"), NodeClass.THERE));
  }

  @Test
  void aClaimIsMadeFromTheTemplate() {
    ObjectNode spec = spec().put("replicas", 1);
    spec.withObject("/template/metadata/labels").put("team", "a");
    spec.withObject("/template/spec").put("expireAfter", "1h").put("fromLater", "kept");
    Action.Create create = (Action.Create) decide(pool(spec), List.of(), NodeClass.THERE).getLast();
    JsonNode claim = create.document();
    assertEquals("web-", claim.at("/metadata/generateName").asText());
    assertEquals(
        "{\"team\":\"a\",\"karpenter.sh/nodepool\":\"web\",\"karpenter.kwok.sh/kwoknodeclass\":\"small\"}",
        claim.at("/metadata/labels").toString());
    assertEquals("[\"karpenter.sh/termination\"]", claim.at("/metadata/finalizers").toString());
    assertEquals("pool-uid", claim.at("/metadata/ownerReferences/0/uid").asText());
    assertEquals(spec.at("/template/spec"), claim.path("spec"));
  }

  @Test
  void countsWhatItHas() {
    Action.Patch status =
        (Action.Patch)
            decide(pool(spec().put("replicas", 3)), claims("a:0@0LR b:0@0L c:0@0"), NodeClass.THERE)
                .getFirst();
    assertEquals(2, status.patch().at("/status/nodes").asInt());
    assertEquals(
        "{\"cpu\":\"8\",\"memory\":\"2048Ki\"}", status.patch().at("/status/resources").toString());
  }

  private static List<Action> decide(Cached<NodePool> pool, List<Held> claims, NodeClass there) {
    return new PoolReconciler()
        .reconcile(
            new PoolReconciler.View(pool, claims, there, "KWOKNodeClass", Optional.empty()), NOW)
        .actions();
  }

  private static ObjectNode spec() {
    ObjectNode spec = Json.object();
    spec.withObject("/template/spec/nodeClassRef")
        .put("group", "karpenter.kwok.sh")
        .put("kind", "KWOKNodeClass")
        .put("name", "small");
    return spec;
  }

  private static ObjectNode poolTree(ObjectNode spec) {
    ObjectNode pool = Json.object();
    pool.putObject("metadata").put("name", "web").put("uid", "pool-uid");
    pool.set("spec", spec);
    return pool;
  }

  private static Cached<NodePool> pool(ObjectNode spec) {
    return cached(poolTree(spec));
  }

  private static Cached<NodePool> cached(ObjectNode pool) {
    return new Cached<>(
        ObjectKey.cluster(ResourceType.NODE_POOLS, "web"),
        7,
        Json.MAPPER.convertValue(pool, NodePool.class));
  }

  private static List<Held> claims(String all) {
    List<Held> claims = new ArrayList<>();
    for (String one : all.split(" ")) {
      if (!one.isEmpty()) {
        claims.add(held(one));
      }
    }
    return claims;
  }

  private static Held held(String one) {
    String name = one.substring(0, one.indexOf(':'));
    ObjectNode claim = Json.object();
    ObjectNode metadata = claim.putObject("metadata").put("name", name).put("uid", name);
    metadata.put(
        "creationTimestamp", "2026-01-01T00:0%s:00Z".formatted(one.charAt(one.indexOf('@') + 1)));
    if (one.contains("D")) {
      metadata.put("deletionTimestamp", "2026-01-01T00:09:00Z");
    }
    ObjectNode status = claim.putObject("status");
    if (one.contains("L")) {
      status.put("providerID", "x://" + name);
    }
    if (one.contains("R")) {
      status.putArray("conditions").addObject().put("type", "Registered").put("status", "True");
      status.putObject("capacity").put("cpu", "8").put("memory", "2Mi");
    }
    int pods = Integer.parseInt(one.substring(one.indexOf(':') + 1, one.indexOf('@')));
    return new Held(
        new Cached<>(
            ObjectKey.cluster(ResourceType.NODE_CLAIMS, name),
            8,
            Json.MAPPER.convertValue(claim, NodeClaim.class)),
        pods);
  }

  private static String text(List<Action> actions) {
    List<String> steps = new ArrayList<>();
    for (Action action : actions) {
      switch (action) {
        case Action.Create create -> steps.add("+");
        case Action.Delete delete -> steps.add("-" + delete.key().name());
        case Action.Patch status -> assertEquals("status", status.subresource());
        default -> steps.add("?");
      }
    }
    return String.join(" ", steps);
  }

  private static JsonNode condition(List<Action> actions, String type) {
    for (JsonNode one : ((Action.Patch) actions.getFirst()).patch().at("/status/conditions")) {
      if (one.path("type").asText().equals(type)) {
        return one;
      }
    }
    throw new AssertionError("no condition " + type);
  }
}

package dev.ballast.elasticpool.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each state of a claim and of its node, and the one step that follows. */
class ClaimReconcilerTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /**
   * The claim: F with finalizer, L launched, E ended, D deleting. Its node: - none, n there, R
   * registered, r ready, I initialized, S startup taint, T disrupted, D deleting, F with finalizer.
   * Conditions that hold after the step are named by their first letter.
   */
  @ParameterizedTest
  @CsvSource({
    // claim, node, pods, steps
    "'',   -,    '',        'finalizer'",
    "F,    -,    '',        'status() launch'",
    "FL,   -,    '',        'status(L)'",
    "FL,   n,    '',        'node(register)'",
    "FL,   nr,   '',        'node(register)'",
    "FL,   nRF,  '',        'status(LR)'",
    "FL,   nRFr, '',        'node(initialize)'",
    "FL,   nRFrS,'',        'status(LR)'",
    "FL,   nRFrI,'',        'status(LRIY)'",
    "FL,   nRFI, '',        'status(LRIY)'",
    "FL,   nRFID,'',        'delete'",
    "FLE,  nRFrI,'',        'delete'",
    "FLE,  -,    '',        'delete'",
    "D,    -,    '',        ''",
    "FD,   -,    '',        'unfinalizer'",
    "FLD,  -,    '',        'status(D) end'",
    "FLD,  nRF,  '',        'node(taint)'",
    "FLD,  nRFT, '',        'status(D) end'",
    "FLD,  nRFT, 'a',       'status() evict'",
    "FLD,  nRFT, 'a b+',    'status() evict'",
    "FLD,  nRFT, 'b+',      'status()'",
    "FLD,  nRFT, 'c!',      'status(D) end'",
    "FLD,  nRFT, 'd~ e*',   'status(D) end'",
    "FLED, nRFT, 'a',       'node(delete)'",
    "FLED, nRFTD,'a',       'node(unfinalizer)'",
    "FLED, nRTD, '',        ''",
    "FLED, -,    '',        'unfinalizer'",
  })
  void takesOneStep(String claim, String node, String pods, String steps) {
    assertEquals(steps, text(decide(claim, node, pods, 60)));
  }

  @Test
  void saysWhyThereIsNoMachine() {
    ClaimReconciler.View view = view("F", "-", "", "");
    Decision<Action> decision =
        new ClaimReconciler()
            .reconcile(
                new ClaimReconciler.View(
                    view.claim(),
                    view.nodes(),
                    view.pods(),
                    true,
                    Optional.of(new Failure(503, "InsufficientCapacity", "sold out"))),
                at(1));
    assertEquals("status() launch", text(decision));
    assertTrue(decision.actions().getFirst().toString().contains("sold out"));
  }

  @Test
  void asksForTheMachineUnderTheClaimsUid() {
    ClaimAction.Launch launch = (ClaimAction.Launch) decide("F", "-", "", 1).actions().getLast();
    assertEquals("uid-1", launch.machine().token());
    assertEquals("web-1", launch.machine().name());
    assertEquals("web", launch.machine().pool());
    assertEquals(
        "{karpenter.sh/nodepool=web, zone=z1}",
        new TreeMap<>(launch.machine().labels()).toString());
  }

  @Test
  void waitsForeverForWhoeverProvidesItsClass() {
    ClaimReconciler.View view = view("F", "-", "", "");
    Decision<Action> decision =
        new ClaimReconciler()
            .reconcile(
                new ClaimReconciler.View(
                    view.claim(), view.nodes(), view.pods(), false, Optional.empty()),
                at(1));
    assertEquals("status()", text(decision));
    assertTrue(decision.actions().toString().contains("NodeClassNotSupported"));
  }

  @Test
  void aNodeGetsWhatItsClaimSays() {
    Action.Patch patch = (Action.Patch) decide("FL", "nS", "", 1).actions().getFirst();
    JsonNode node = patch.patch();
    assertEquals("z1", node.at("/metadata/labels/zone").asText());
    assertEquals("web", node.at("/metadata/labels").path("karpenter.sh/nodepool").asText());
    assertEquals("uid-1", node.at("/metadata/ownerReferences/0/uid").asText());
    List<String> taints = new ArrayList<>();
    node.at("/spec/taints").forEach(taint -> taints.add(taint.path("key").asText()));
    assertEquals(List.of("dedicated", "starting"), taints);
  }

  @ParameterizedTest
  @CsvSource({"14, 'status(L)'", "15, 'delete'"})
  void aMachineThatNeverBecomesANodeIsGivenUp(int minutes, String steps) {
    ObjectNode claim = claim("FL", "");
    claim
        .withObject("/status")
        .putArray("conditions")
        .addObject()
        .put("type", "Registered")
        .put("status", "Unknown")
        .put("lastTransitionTime", "2026-01-01T00:00:00Z");
    Decision<Action> decision =
        new ClaimReconciler()
            .reconcile(
                new ClaimReconciler.View(
                    cached(claim), List.of(), List.of(), true, Optional.empty()),
                at(minutes * 60L));
    assertEquals(steps, text(decision));
    if (minutes == 14) {
      assertEquals(Optional.of(Duration.ofMinutes(1)), decision.checkAgain());
    }
  }

  @ParameterizedTest
  @CsvSource({"1h, 3599, 'status(LRIY)'", "1h, 3600, 'delete'", "Never, 99999, 'status(LRIY)'"})
  void anOldMachineIsReplaced(String expireAfter, long age, String steps) {
    ObjectNode claim = claim("FL", "");
    claim.withObject("/spec").put("expireAfter", expireAfter);
    assertEquals(
        steps,
        text(
            new ClaimReconciler()
                .reconcile(
                    new ClaimReconciler.View(
                        cached(claim),
                        node("nRFrI").stream().toList(),
                        List.of(),
                        true,
                        Optional.empty()),
                    at(age))));
  }

  @Test
  void noTimerRunsForYears() {
    ObjectNode claim = claim("FL", "");
    claim.withObject("/spec").put("expireAfter", "99999999999h");
    ClaimReconciler.View view =
        new ClaimReconciler.View(
            cached(claim), node("nRFrI").stream().toList(), List.of(), true, Optional.empty());
    Decision<Action> decision = new ClaimReconciler().reconcile(view, at(60));
    assertEquals("status(LRIY)", text(decision));
    assertEquals(Optional.of(Duration.ofDays(1)), decision.checkAgain());
  }

  /** However long it lasts: whoever says so too is not to have the machine replaced. */
  @ParameterizedTest
  @CsvSource({"FL, nRFrI, 'status(L)'", "FLD, nRFrI, 'node(taint) node(taint)'"})
  void neitherOfTwoNodesIsBelieved(String state, String node, String steps) {
    ObjectNode claim = claim(state, "");
    if (!state.contains("D")) {
      claim
          .withObject("/status")
          .putArray("conditions")
          .addObject()
          .put("type", "Registered")
          .put("status", "Unknown")
          .put("lastTransitionTime", "2026-01-01T00:00:00Z");
    }
    List<Cached<Node>> two = List.of(node(node).orElseThrow(), node("nr").orElseThrow());
    ClaimReconciler.View view =
        new ClaimReconciler.View(cached(claim), two, List.of(), true, Optional.empty());
    Decision<Action> decision = new ClaimReconciler().reconcile(view, at(3600));
    assertEquals(steps, text(decision));
    assertEquals(
        !state.contains("D"), decision.actions().toString().contains("DuplicateNodeFound"));
  }

  /** The pod has a minute to stop, and the claim was deleted at the start. */
  @ParameterizedTest
  @CsvSource({
    "'', 9999, 'status() evict'",
    "5m, 200, 'status() evict'",
    "5m, 240, 'status() delete:60'",
    "5m, 290, 'status() delete:10'",
    "5m, 300, 'status(D) end'",
  })
  void podsMayHoldItUpOnlyForSoLong(String patience, long elapsed, String steps) {
    assertEquals(
        steps,
        text(new ClaimReconciler().reconcile(view("FLD", "nRFT", "a", patience), at(elapsed))));
  }

  private static Decision<Action> decide(String claim, String node, String pods, long seconds) {
    return new ClaimReconciler().reconcile(view(claim, node, pods, ""), at(seconds));
  }

  private static Now at(long seconds) {
    return new Now(START.plusSeconds(seconds), seconds * 1_000_000_000L);
  }

  private static ClaimReconciler.View view(
      String claim, String node, String pods, String patience) {
    List<Cached<Pod>> all = new ArrayList<>();
    for (String pod : pods.split(" ")) {
      if (!pod.isEmpty()) {
        all.add(pod(pod));
      }
    }
    return new ClaimReconciler.View(
        cached(claim(claim, patience)), node(node).stream().toList(), all, true, Optional.empty());
  }

  private static ObjectNode claim(String state, String patience) {
    ObjectNode claim = Json.object();
    ObjectNode metadata = claim.putObject("metadata").put("name", "web-1").put("uid", "uid-1");
    metadata.put("creationTimestamp", START.toString());
    metadata.putObject("labels").put("karpenter.sh/nodepool", "web");
    if (state.contains("F")) {
      metadata.putArray("finalizers").add("karpenter.sh/termination");
    }
    if (state.contains("D")) {
      metadata.put("deletionTimestamp", START.toString());
    }
    ObjectNode spec = claim.putObject("spec").put("terminationGracePeriod", patience);
    spec.putArray("requirements")
        .addObject()
        .put("key", "zone")
        .put("operator", "In")
        .putArray("values")
        .add("z1");
    spec.putArray("taints").addObject().put("key", "dedicated").put("effect", "NoSchedule");
    spec.putArray("startupTaints").addObject().put("key", "starting").put("effect", "NoExecute");
    ObjectNode status = claim.putObject("status");
    if (state.contains("L")) {
      status.put("providerID", "x://1");
    }
    if (state.contains("E")) {
      status
          .putArray("conditions")
          .addObject()
          .put("type", "InstanceTerminating")
          .put("status", "True");
    }
    return claim;
  }

  private static Cached<NodeClaim> cached(ObjectNode claim) {
    return new Cached<>(
        ObjectKey.cluster(ResourceType.NODE_CLAIMS, "web-1"),
        5,
        Json.MAPPER.convertValue(claim, NodeClaim.class));
  }

  private static Optional<Cached<Node>> node(String state) {
    if (state.equals("-")) {
      return Optional.empty();
    }
    ObjectNode node = Json.object();
    ObjectNode metadata = node.putObject("metadata").put("name", "web-1").put("uid", "node-uid");
    ObjectNode labels = metadata.putObject("labels");
    ObjectNode spec = node.putObject("spec").put("providerID", "x://1");
    mark(state, "R", () -> labels.put("karpenter.sh/registered", "true"));
    mark(state, "I", () -> labels.put("karpenter.sh/initialized", "true"));
    mark(state, "F", () -> metadata.putArray("finalizers").add("karpenter.sh/termination"));
    mark(state, "D", () -> metadata.put("deletionTimestamp", START.toString()));
    mark(state, "S", () -> taint(spec, "starting", "NoExecute"));
    mark(state, "T", () -> taint(spec, "karpenter.sh/disrupted", "NoSchedule"));
    if (!state.contains("R")) {
      taint(spec, "karpenter.sh/unregistered", "NoExecute");
    }
    node.putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", state.contains("r") ? "True" : "False");
    return Optional.of(
        new Cached<>(
            ObjectKey.cluster(ResourceType.NODES, "web-1"),
            6,
            Json.MAPPER.convertValue(node, Node.class)));
  }

  private static void mark(String state, String letter, Runnable task) {
    if (state.contains(letter)) {
      task.run();
    }
  }

  private static void taint(ObjectNode spec, String key, String effect) {
    spec.withArrayProperty("taints").addObject().put("key", key).put("effect", effect);
  }

  /** {@code +} is going, {@code !} has been for long, {@code ~} tolerates, {@code *} is ended. */
  private static Cached<Pod> pod(String text) {
    String name = text.substring(0, 1);
    ObjectNode pod = Json.object();
    ObjectNode metadata = pod.putObject("metadata").put("name", name).put("uid", name);
    ObjectNode spec = pod.putObject("spec").put("terminationGracePeriodSeconds", 60);
    mark(text, "+", () -> metadata.put("deletionTimestamp", START.toString()));
    mark(text, "!", () -> metadata.put("deletionTimestamp", "2025-12-31T23:00:00Z"));
    mark(text, "~", () -> spec.putArray("tolerations").addObject().put("operator", "Exists"));
    mark(text, "*", () -> pod.putObject("status").put("phase", "Succeeded"));
    return new Cached<>(
        new ObjectKey(ResourceType.PODS, "default", name),
        9,
        Json.MAPPER.convertValue(pod, Pod.class));
  }

  private static String text(Decision<Action> decision) {
    return String.join(" ", decision.actions().stream().map(ClaimReconcilerTest::text).toList());
  }

  private static String text(Action action) {
    return switch (action) {
      case Action.Patch patch -> patch(patch);
      case Action.Delete delete ->
          delete.key().type().equals(ResourceType.NODES)
              ? "node(delete)"
              : delete.options().gracePeriodSeconds() > 0
                  ? "delete:" + delete.options().gracePeriodSeconds()
                  : "delete";
      case ClaimAction.Launch launch -> "launch";
      case ClaimAction.End end -> "end";
      case ClaimAction.Evict evict -> "evict";
      default -> "?";
    };
  }

  private static String patch(Action.Patch patch) {
    if (patch.subresource().equals("status")) {
      StringBuilder holds = new StringBuilder();
      patch
          .patch()
          .at("/status/conditions")
          .forEach(
              one -> {
                String type = one.path("type").asText();
                if (one.path("status").asText().equals("True")) {
                  holds.append(type.equals("Ready") ? "Y" : type.substring(0, 1));
                }
              });
      return "status(" + holds + ")";
    }
    boolean node = patch.key().type().equals(ResourceType.NODES);
    boolean kept = patch.patch().at("/metadata/finalizers").toString().contains("termination");
    if (!node) {
      return kept ? "finalizer" : "unfinalizer";
    }
    return patch.patch().at("/metadata/labels").has("karpenter.sh/registered")
        ? "node(register)"
        : patch.patch().at("/metadata/labels").has("karpenter.sh/initialized")
            ? "node(initialize)"
            : patch.patch().has("spec") ? "node(taint)" : "node(unfinalizer)";
  }
}

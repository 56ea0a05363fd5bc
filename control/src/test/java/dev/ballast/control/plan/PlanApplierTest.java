package dev.ballast.control.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.Applied.Reason;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.placement.Refusal;
import dev.ballast.core.placement.Refusal.Rule;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.Plan.Binding;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanApplierTest {

  private final Cluster cluster = new Cluster();
  private final List<String> told = new ArrayList<>();
  private final PlanApplier applier =
      new PlanApplier(
          cluster.store,
          new SimulatedTimers(Instant.parse("2026-01-01T10:00:00.5Z"), new Random(1)),
          Telemetry.NONE,
          tells -> tells.forEach(this::tell));

  private void tell(Tell tell) {
    told.add(tell.type().text() + " " + tell.reason() + ": " + tell.message());
  }

  @Test
  void bindsAndSaysSo() {
    cluster.create(Cluster.node("n1", "2"));
    cluster.create(Cluster.pod("p", "1"));
    Applied applied = applier.apply(plan(binding("p", "n1")));
    assertEquals(List.of(), applied.dropped());
    ObjectNode pod = cluster.store.get(key("p")).orElseThrow().tree();
    assertEquals("n1", pod.at("/spec/nodeName").asText());
    assertEquals("PodScheduled", pod.at("/status/conditions/0/type").asText());
    assertEquals("True", pod.at("/status/conditions/0/status").asText());
    assertEquals(
        "2026-01-01T10:00:00Z", pod.at("/status/conditions/0/lastTransitionTime").asText());
    assertEquals(List.of("Normal Scheduled: Successfully assigned default/p to n1"), told);
  }

  @Test
  void countsWhatThePlanItselfPutsThere() {
    cluster.create(Cluster.node("n1", "2"));
    for (String name : List.of("a", "b", "c")) {
      cluster.create(Cluster.pod(name, "1"));
    }
    Applied applied =
        applier.apply(plan(binding("a", "n1"), binding("b", "n1"), binding("c", "n1")));
    assertEquals(2, applied.bound().size());
    assertEquals(List.of(Reason.NO_ROOM), reasons(applied));
    assertEquals(List.of(Reason.POD_NOT_WAITING), reasons(applier.apply(plan(binding("a", "n1")))));
    assertEquals(List.of(Reason.NO_ROOM), reasons(applier.apply(plan(binding("c", "n1")))));
    cluster.store.commit(new Write.Delete(key("a"), 0, DeleteOptions.DEFAULTS));
    assertEquals(1, applier.apply(plan(binding("c", "n1"))).bound().size());
  }

  @Test
  void dropsWhatTheNewestStateForbidsAndKeepsTheRest() {
    cluster.create(Cluster.node("n1", "8"));
    cluster.create((ObjectNode) Cluster.node("n2", "8").set("spec", cordon()));
    cluster.create(Cluster.pod("ok", "1"));
    cluster.create(Cluster.pod("other", "1"));
    cluster.create(Cluster.pod("gone", "1"));
    cluster.store.commit(new Write.Delete(key("gone"), 0, DeleteOptions.DEFAULTS));
    ObjectNode gated = Cluster.pod("gated", "1");
    gated.withObjectProperty("spec").putArray("schedulingGates").addObject().put("name", "g");
    cluster.create(gated);
    ObjectNode deleting = Cluster.pod("deleting", "1");
    deleting.withObjectProperty("metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
    cluster.create(deleting);
    Applied applied =
        applier.apply(
            plan(
                binding("gone", "n1"),
                new Binding(PodRef.of("default", "ok", "another-uid"), "n1"),
                binding("gated", "n1"),
                binding("deleting", "n1"),
                binding("other", "n2"),
                binding("other", "n3"),
                binding("ok", "n1")));
    assertEquals(
        List.of(
            Reason.POD_GONE,
            Reason.POD_GONE,
            Reason.POD_NOT_WAITING,
            Reason.POD_NOT_WAITING,
            Reason.NODE_REFUSES,
            Reason.NODE_GONE),
        reasons(applied));
    assertEquals(List.of("ok"), applied.bound().stream().map(b -> b.pod().key().name()).toList());
  }

  @Test
  void bindsAPodOnceEvenIfThePlanSaysTwice() {
    cluster.create(Cluster.node("n1", "8"));
    cluster.create(Cluster.node("n2", "8"));
    cluster.create(Cluster.pod("p", "1"));
    Applied applied = applier.apply(plan(binding("p", "n1"), binding("p", "n2")));
    assertEquals(List.of("n1"), applied.bound().stream().map(Applied.Bound::node).toList());
    assertEquals(List.of(Reason.POD_NOT_WAITING), reasons(applied));
  }

  @Test
  void marksWhatFitsNowhereOnce() {
    cluster.create(Cluster.pod("p", "1"));
    Plan.Unplaced unplaced =
        new Plan.Unplaced(
            ref("p"),
            3,
            Map.of(
                new Refusal(Rule.NODE_RESOURCES_FIT, "Insufficient cpu"),
                1,
                new Refusal(Rule.TAINT_TOLERATION, "node(s) had untolerated taint {k: v}"),
                2));
    String message =
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {k: v}.";
    applier.apply(Plan.of(1, List.of(), List.of(unplaced)));
    long revision = cluster.store.revision();
    applier.apply(Plan.of(1, List.of(), List.of(unplaced)));
    assertEquals(revision, cluster.store.revision(), "nothing new, nothing written");
    ObjectNode pod = cluster.store.get(key("p")).orElseThrow().tree();
    assertEquals("Unschedulable", pod.at("/status/conditions/0/reason").asText());
    assertEquals(message, pod.at("/status/conditions/0/message").asText());
    assertEquals(List.of("Warning FailedScheduling: " + message), told);
  }

  @Test
  void aFullOrClosedStoreDropsTheBindingsForNow() {
    cluster.create(Cluster.node("n1", "2"));
    cluster.create(Cluster.pod("p", "1"));
    applier.apply(plan());
    cluster.store.close();
    try {
      assertTrue(applier.apply(plan(binding("p", "n1"))).bound().isEmpty());
    } catch (dev.ballast.core.store.StoreUnavailableException closed) {
      assertTrue(told.isEmpty());
    }
  }

  @Test
  void makesRoomInOrderAndSaysWhoGoesForWhom() {
    cluster.create(Cluster.node("n1", "2"));
    ObjectNode victim = Cluster.pod("low", "2");
    victim.withObjectProperty("spec").put("nodeName", "n1");
    cluster.create(victim);
    ObjectNode preemptor = Cluster.pod("high", "2");
    preemptor.withObjectProperty("spec").put("priority", 7);
    cluster.create(preemptor);
    Plan.Eviction eviction = new Plan.Eviction(ref("low"), "n1", ref("high"));
    applier.apply(new Plan(1, List.of(), List.of(eviction), List.of(), List.of()));
    assertEquals(
        "n1",
        cluster
            .store
            .get(key("high"))
            .orElseThrow()
            .tree()
            .at("/status/nominatedNodeName")
            .asText());
    assertTrue(cluster.store.get(key("low")).isEmpty());
    assertEquals(List.of("Normal Preempted: Preempted by pod high-1 on node n1"), told);
    assertEquals(1, applier.apply(plan(binding("high", "n1"))).bound().size());
  }

  @Test
  void evictsNobodyWhoIsNotLessImportantOrNotThereAnyMore() {
    cluster.create(Cluster.node("n1", "2"));
    ObjectNode equal = Cluster.pod("equal", "2");
    equal.withObjectProperty("spec").put("nodeName", "n1");
    cluster.create(equal);
    cluster.create(Cluster.pod("high", "2"));
    long revision = cluster.store.revision();
    for (PodRef victim : List.of(ref("equal"), PodRef.of("default", "equal", "older"))) {
      Plan.Eviction eviction = new Plan.Eviction(victim, "n1", ref("high"));
      applier.apply(new Plan(1, List.of(), List.of(eviction), List.of(), List.of()));
    }
    assertEquals(revision, cluster.store.revision());
  }

  @Test
  void bindsAGangWholeOrNotAtAll() {
    cluster.create(Cluster.node("n1", "2"));
    cluster.create(
        Cluster.parse(
            "{'apiVersion':'scheduling.x-k8s.io/v1alpha1','kind':'PodGroup','metadata':"
                + "{'name':'g','namespace':'default'},'spec':{'minMember':3}}"));
    for (String name : List.of("a", "b", "c")) {
      ObjectNode pod = Cluster.pod(name, "1");
      pod.withObjectProperty("metadata")
          .withObjectProperty("labels")
          .put("scheduling.x-k8s.io/pod-group", "g");
      cluster.create(pod);
    }
    Applied tooSmall =
        applier.apply(plan(binding("a", "n1"), binding("b", "n1"), binding("c", "n1")));
    assertEquals(0, tooSmall.bound().size());
    assertTrue(reasons(tooSmall).contains(Reason.GANG_SHORT));
    cluster.create(Cluster.node("n2", "2"));
    Applied applied =
        applier.apply(plan(binding("a", "n1"), binding("b", "n1"), binding("c", "n2")));
    assertEquals(3, applied.bound().size());
    assertEquals(1, applied.bound().stream().map(Applied.Bound::revision).distinct().count());
  }

  private static ObjectNode cordon() {
    return Json.object().put("unschedulable", true);
  }

  private static List<Reason> reasons(Applied applied) {
    return applied.dropped().stream().map(Applied.Dropped::reason).toList();
  }

  private static Plan plan(Binding... bindings) {
    return Plan.of(1, List.of(bindings), List.of());
  }

  private static Binding binding(String pod, String node) {
    return new Binding(ref(pod), node);
  }

  private static PodRef ref(String pod) {
    return PodRef.of("default", pod, pod + "-1");
  }

  private static ObjectKey key(String pod) {
    return new ObjectKey(ResourceType.PODS, "default", pod);
  }
}

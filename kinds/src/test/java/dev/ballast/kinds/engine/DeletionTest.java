package dev.ballast.kinds.engine;

import static dev.ballast.kinds.engine.Cluster.OPTIONS;
import static dev.ballast.kinds.engine.Cluster.failed;
import static dev.ballast.kinds.engine.Cluster.json;
import static dev.ballast.kinds.engine.Cluster.stored;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.admission.Admission;
import dev.ballast.kinds.admission.Review;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How objects go: at once, gracefully, held by finalizers, evicted. */
class DeletionTest {

  private static final String POD =
      "{'metadata':{'name':'p','labels':{'app':'web'}},"
          + "'spec':{'containers':[{'name':'c','image':'x'}]}}";

  private final Cluster cluster = new Cluster();

  private void runningPod() {
    cluster.created("Pod", POD);
    bind("n");
    String ready = "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}}";
    stored(cluster.patch("Pod", "p", "status", ready));
  }

  private Outcome bind(String node) {
    return cluster.resources.bind(
        "default", "p", json("{'target':{'kind':'Node','name':'%s'}}".formatted(node)), OPTIONS);
  }

  private Outcome evict() {
    return cluster.resources.evict("default", "p", json("{'metadata':{'name':'p'}}"), OPTIONS);
  }

  private String finalizers(String kind, String name) {
    return cluster.get(kind, name).orElseThrow().at("/metadata/finalizers").toString();
  }

  @Test
  void anObjectThatNothingHoldsGoesAtOnce() {
    ObjectNode map = cluster.created("ConfigMap", "{'metadata':{'name':'a'},'data':{'k':'v'}}");
    Outcome.Removed removed =
        assertInstanceOf(Outcome.Removed.class, cluster.delete("ConfigMap", "a"));
    assertEquals("v", removed.document().tree().at("/data/k").asText());
    assertEquals(map.at("/metadata/uid"), removed.document().tree().at("/metadata/uid"));
    assertEquals(Optional.empty(), cluster.get("ConfigMap", "a"));
  }

  @Test
  void theUidMustMatch() {
    cluster.created("ConfigMap", "{'metadata':{'name':'a'}}");
    Failure failure = failed(cluster.delete("ConfigMap", "a", DeleteOptions.ofUid("other")));
    assertEquals(409, failure.code());
    assertTrue(cluster.get("ConfigMap", "a").isPresent());
  }

  @Test
  void theRevisionMustMatchInTheVeryCommit() {
    cluster.created("ConfigMap", "{'metadata':{'name':'a'}}");
    long read = revision("a");
    boolean[] meddled = {false};
    Admission meddler =
        (review, state) -> {
          if (review.is(Review.Operation.DELETE, ResourceType.CONFIG_MAPS) && !meddled[0]) {
            meddled[0] = true;
            cluster.patch("ConfigMap", "a", "", "{'data':{'meanwhile':'x'}}");
          }
          return Optional.empty();
        };
    AdmittedResources meddling =
        new AdmittedResources(
            cluster.store,
            Cluster.KINDS,
            List.of(meddler),
            new RandomIds(new Random(2)),
            cluster.timers);
    Failure failure =
        failed(
            meddling.delete(
                Cluster.kind("ConfigMap"),
                "default",
                "a",
                DeleteOptions.DEFAULTS,
                read,
                Cluster.OPTIONS));
    assertTrue(meddled[0]);
    assertEquals(409, failure.code());
    assertTrue(failure.message().contains("ResourceVersion in precondition: " + read));
    assertTrue(cluster.get("ConfigMap", "a").isPresent());
    assertInstanceOf(
        Outcome.Removed.class,
        meddling.delete(
            Cluster.kind("ConfigMap"),
            "default",
            "a",
            DeleteOptions.DEFAULTS,
            revision("a"),
            Cluster.OPTIONS));
  }

  private long revision(String name) {
    return cluster.get("ConfigMap", name).orElseThrow().at("/metadata/resourceVersion").asLong();
  }

  @Test
  void finalizersHoldAnObject() {
    cluster.created("ConfigMap", "{'metadata':{'name':'a','finalizers':['x.io/f','x.io/g']}}");
    ObjectNode held = stored(cluster.delete("ConfigMap", "a"));
    assertEquals(Cluster.START, held.at("/metadata/deletionTimestamp").asText());
    assertEquals(0, held.at("/metadata/deletionGracePeriodSeconds").asInt(-1));
    assertEquals(held, stored(cluster.delete("ConfigMap", "a")), "a second time changes nothing");

    Failure added =
        failed(cluster.patch("ConfigMap", "a", "", "{'metadata':{'finalizers':['x.io/h']}}"));
    assertEquals(422, added.code());
    assertTrue(added.message().contains("no new finalizers can be added"), added.message());

    stored(cluster.patch("ConfigMap", "a", "", "{'metadata':{'finalizers':['x.io/g']}}"));
    assertInstanceOf(
        Outcome.Removed.class,
        cluster.patch("ConfigMap", "a", "", "{'metadata':{'finalizers':null}}"));
    assertEquals(Optional.empty(), cluster.get("ConfigMap", "a"));
  }

  @ParameterizedTest
  @CsvSource({
    "FOREGROUND,[\"foregroundDeletion\"]",
    "ORPHAN,[\"orphan\"]",
  })
  void propagationBecomesAFinalizer(Propagation propagation, String expected) {
    cluster.created("ConfigMap", "{'metadata':{'name':'a'}}");
    stored(cluster.delete("ConfigMap", "a", -1, propagation));
    assertEquals(expected, finalizers("ConfigMap", "a"));
    assertInstanceOf(
        Outcome.Removed.class, cluster.delete("ConfigMap", "a", -1, Propagation.BACKGROUND));
  }

  @Test
  void aJobOrphansUnlessTold() {
    String job =
        "{'metadata':{'name':'j'},'spec':{'template':{'spec':{'restartPolicy':'Never',"
            + "'containers':[{'name':'c','image':'x'}]}}}}";
    cluster.created("Job", job);
    stored(cluster.delete("Job", "j"));
    assertEquals("[\"orphan\"]", finalizers("Job", "j"));
    assertInstanceOf(Outcome.Removed.class, cluster.delete("Job", "j", -1, Propagation.BACKGROUND));
  }

  @Test
  void aPodWithoutNodeGoesAtOnce() {
    cluster.created("Pod", POD);
    assertInstanceOf(Outcome.Removed.class, cluster.delete("Pod", "p"));
  }

  @Test
  void aPodOnANodeGetsItsGracePeriod() {
    runningPod();
    ObjectNode leaving = stored(cluster.delete("Pod", "p"));
    assertEquals("2026-01-02T03:04:35Z", leaving.at("/metadata/deletionTimestamp").asText());
    assertEquals(30, leaving.at("/metadata/deletionGracePeriodSeconds").asInt());
    assertEquals(2, leaving.at("/metadata/generation").asInt());

    cluster.timers.runFor(Duration.ofSeconds(3));
    ObjectNode shorter = stored(cluster.delete("Pod", "p", 10, Propagation.DEFAULT));
    assertEquals("2026-01-02T03:04:15Z", shorter.at("/metadata/deletionTimestamp").asText());
    assertEquals(10, shorter.at("/metadata/deletionGracePeriodSeconds").asInt());
    assertEquals(shorter, stored(cluster.delete("Pod", "p", 60, Propagation.DEFAULT)));
    assertInstanceOf(Outcome.Removed.class, cluster.delete("Pod", "p", 0, Propagation.DEFAULT));
  }

  @Test
  void aPodWithAFinalizerStaysAfterItsAgentIsDone() {
    runningPod();
    stored(cluster.patch("Pod", "p", "", "{'metadata':{'finalizers':['x.io/f']}}"));
    stored(cluster.delete("Pod", "p"));
    ObjectNode done = stored(cluster.delete("Pod", "p", 0, Propagation.DEFAULT));
    assertEquals(0, done.at("/metadata/deletionGracePeriodSeconds").asInt(-1));
    assertInstanceOf(
        Outcome.Removed.class, cluster.patch("Pod", "p", "", "{'metadata':{'finalizers':[]}}"));
  }

  @Test
  void aFinalizerThatGoesFirstLeavesTheGracePeriod() {
    runningPod();
    stored(cluster.patch("Pod", "p", "", "{'metadata':{'finalizers':['x.io/f']}}"));
    stored(cluster.delete("Pod", "p"));
    stored(cluster.patch("Pod", "p", "", "{'metadata':{'finalizers':null}}"));
    assertTrue(cluster.get("Pod", "p").isPresent());
  }

  @Test
  void aNamespaceTerminatesUntilItIsFinalized() {
    cluster.created("Namespace", "{'metadata':{'name':'n'}}");
    ObjectNode leaving = stored(cluster.delete("Namespace", "n"));
    assertEquals("Terminating", leaving.at("/status/phase").asText());
    assertEquals("[\"kubernetes\"]", leaving.at("/spec/finalizers").toString());
    Failure refused =
        failed(
            cluster.resources.create(
                Cluster.kind("ConfigMap"), "n", json("{'metadata':{'name':'a'}}"), OPTIONS));
    assertEquals(403, refused.code());
    assertEquals(
        "configmaps \"a\" is forbidden: unable to create new content in namespace n because it is"
            + " being terminated",
        refused.message());
    assertEquals("NamespaceTerminating", refused.details().causes().getFirst().reason());
    leaving.withObjectProperty("spec").remove("finalizers");
    assertInstanceOf(Outcome.Removed.class, cluster.update("Namespace", "finalize", leaving));
    assertEquals(Optional.empty(), cluster.get("Namespace", "n"));
  }

  @Test
  void aPodIsBoundOnce() {
    cluster.created("Pod", POD);
    ObjectNode bound = stored(bind("n"));
    assertEquals("n", bound.at("/spec/nodeName").asText());
    assertEquals("PodScheduled", bound.at("/status/conditions/0/type").asText());
    assertEquals("True", bound.at("/status/conditions/0/status").asText());
    assertEquals(bound, stored(bind("n")), "again to the same node is fine");
    Failure other = failed(bind("m"));
    assertEquals(409, other.code());
    assertEquals(
        "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node"
            + " \"n\"",
        other.message());
    stored(cluster.delete("Pod", "p"));
    assertTrue(failed(bind("n")).message().contains("is being deleted"));
    assertEquals(
        422,
        failed(cluster.resources.bind("default", "p", json("{'target':{'name':''}}"), OPTIONS))
            .code());
  }

  private void budget(int allowed) {
    cluster.created(
        "PodDisruptionBudget",
        "{'metadata':{'name':'b'},'spec':{'minAvailable':1,"
            + "'selector':{'matchLabels':{'app':'web'}}}}");
    stored(
        cluster.patch(
            "PodDisruptionBudget",
            "b",
            "status",
            ("{'status':{'observedGeneration':1,'disruptionsAllowed':%d,'currentHealthy':2,"
                    + "'desiredHealthy':1,'expectedPods':2}}")
                .formatted(allowed)));
  }

  @Test
  void aPodWithoutBudgetIsEvicted() {
    runningPod();
    ObjectNode leaving = stored(evict());
    assertEquals(30, leaving.at("/metadata/deletionGracePeriodSeconds").asInt());
    assertTrue(leaving.at("/status/conditions").toString().contains("EvictionByEvictionAPI"));
  }

  @Test
  void anEvictionChargesTheBudget() {
    budget(1);
    runningPod();
    stored(evict());
    ObjectNode charged = cluster.get("PodDisruptionBudget", "b").orElseThrow();
    assertEquals(0, charged.at("/status/disruptionsAllowed").asInt(-1));
    assertEquals(Cluster.START, charged.at("/status/disruptedPods/p").asText());
  }

  @Test
  void anExhaustedBudgetRefuses() {
    budget(0);
    runningPod();
    Failure failure = failed(evict());
    assertEquals(429, failure.code());
    assertEquals("TooManyRequests", failure.reason());
    assertEquals(
        "Cannot evict pod as it would violate the pod's disruption budget.", failure.message());
    assertEquals("DisruptionBudget", failure.details().causes().getFirst().reason());
    assertEquals(
        "The disruption budget b needs 1 healthy pods and has 2 currently",
        failure.details().causes().getFirst().message());
    assertTrue(
        cluster.get("Pod", "p").orElseThrow().at("/metadata/deletionTimestamp").isMissingNode());
  }

  @Test
  void aBudgetThatNobodyHasLookedAtRefuses() {
    budget(1);
    stored(cluster.patch("PodDisruptionBudget", "b", "", "{'spec':{'minAvailable':2}}"));
    runningPod();
    Failure failure = failed(evict());
    assertEquals(429, failure.code());
    assertEquals(10, failure.details().retryAfterSeconds());
    assertTrue(failure.details().causes().getFirst().message().contains("still being processed"));
  }

  @Test
  void aPendingPodCostsTheBudgetNothing() {
    budget(0);
    cluster.created("Pod", POD);
    assertInstanceOf(Outcome.Removed.class, evict());
  }

  @Test
  void aDryEvictionLeavesPodAndBudget() {
    budget(1);
    runningPod();
    long revision = cluster.store.revision();
    ObjectNode body = json("{'metadata':{'name':'p'},'deleteOptions':{'dryRun':['All']}}");
    stored(cluster.resources.evict("default", "p", body, OPTIONS));
    assertEquals(revision, cluster.store.revision());
  }

  @Test
  void anEvictionMustNameItsPod() {
    assertEquals(404, failed(evict()).code());
    cluster.created("Pod", POD);
    Outcome other =
        cluster.resources.evict("default", "p", json("{'metadata':{'name':'q'}}"), OPTIONS);
    assertEquals(400, failed(other).code());
  }
}

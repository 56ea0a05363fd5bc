package dev.ballast.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.engine.AdmittedResources;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code kubectl drain} does: evict each pod, and again a little later while a budget holds.
 */
final class DrainTest {

  /** Between two tries, as kubectl waits. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  private static final int REPLICAS = 4;
  private static final int LEAST = 3;

  private final SmallCluster cluster = new SmallCluster(5);
  private final Resources resources =
      new AdmittedResources(
          cluster.store,
          new BuiltinKinds(),
          Admissions.standard(cluster.ids, "10.96.0.0/16"),
          cluster.ids,
          cluster.timers);

  private int refused;

  @ParameterizedTest(name = "controllers crash: {0}")
  @ValueSource(booleans = {false, true})
  void theBudgetHoldsAtEveryStepAndThePodsGo(boolean crash) {
    cluster.create(
        ResourceType.DEPLOYMENTS,
        """
        {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},
         'spec':{'replicas':%d,'selector':{'matchLabels':{'app':'web'}},'template':{
           'metadata':{'labels':{'app':'web'}},'spec':{'containers':[{'name':'main','image':'i'}]}}}}
        """
            .formatted(REPLICAS));
    cluster.create(
        ResourceType.POD_DISRUPTION_BUDGETS,
        """
        {'apiVersion':'policy/v1','kind':'PodDisruptionBudget',
         'metadata':{'name':'web','namespace':'default'},
         'spec':{'minAvailable':%d,'selector':{'matchLabels':{'app':'web'}}}}
        """
            .formatted(LEAST));
    cluster.timers.runFor(Duration.ofSeconds(30));
    assertEquals(REPLICAS, available());
    Deque<ObjectKey> left = new ArrayDeque<>(cluster.all(ResourceType.PODS).keySet());
    List<ObjectKey> drained = List.copyOf(left);
    for (int round = 0; !left.isEmpty(); round++) {
      assertTrue(round < 100, () -> "still there: " + left);
      left.removeIf(this::evict);
      if (crash && round == 1) {
        cluster.crashControllers();
        pass();
        cluster.startControllers();
      }
      pass();
    }
    cluster.timers.runFor(Duration.ofSeconds(60));
    assertTrue(refused > 0, "four at once are more than the budget allows");
    assertTrue(cluster.all(ResourceType.PODS).keySet().stream().noneMatch(drained::contains));
    assertEquals(REPLICAS, available());
  }

  private void pass() {
    for (long millis = 0; millis < RETRY.toMillis(); millis += 50) {
      cluster.timers.runFor(Duration.ofMillis(50));
      assertTrue(available() >= LEAST, "only " + available() + " are available");
    }
  }

  private long available() {
    return cluster.all(ResourceType.PODS).values().stream()
        .filter(pod -> !pod.path("metadata").has("deletionTimestamp"))
        .filter(pod -> pod.at("/status/phase").asText().equals("Running"))
        .count();
  }

  /** True when it is taken, or the pod is gone. */
  private boolean evict(ObjectKey pod) {
    ObjectNode body = Json.object().put("apiVersion", "policy/v1").put("kind", "Eviction");
    body.putObject("metadata").put("name", pod.name()).put("namespace", pod.namespace());
    Resources.Outcome outcome =
        resources.evict(
            pod.namespace(), pod.name(), body, Resources.WriteOptions.by(User.CONTROL_PLANE));
    if (outcome instanceof Resources.Outcome.Failed failed && failed.failure().code() == 429) {
      refused++;
      return false;
    }
    return true;
  }
}

package dev.ballast.control.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.SmallCluster;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rollouts from one end to the other, on simulated time. */
final class DeploymentClusterTest {

  private final SmallCluster cluster = new SmallCluster(7);

  private ObjectKey deploy(String strategy) {
    return cluster.create(
        ResourceType.DEPLOYMENTS,
        """
        {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},
         'spec':{'replicas':4,'revisionHistoryLimit':1,'strategy':%s,'selector':{'matchLabels':{'app':'web'}},
           'template':{'metadata':{'labels':{'app':'web'}},'spec':{'containers':[{'name':'main','image':'one'}]}}}}
        """
            .formatted(strategy));
  }

  private void setImage(ObjectKey key, String image) {
    cluster.edit(
        key, "", d -> ((ObjectNode) d.at("/spec/template/spec/containers/0")).put("image", image));
  }

  private List<String> images() {
    return cluster.all(ResourceType.PODS).values().stream()
        .filter(pod -> !pod.at("/status/phase").asText().equals("Failed"))
        .map(pod -> pod.at("/spec/containers/0/image").asText())
        .toList();
  }

  private static JsonNode condition(ObjectNode object, String type) {
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    throw new AssertionError("no condition " + type + " in " + object);
  }

  @Test
  void rollsOutUndoesAndKeepsHistory() {
    ObjectKey key = deploy("{'type':'RollingUpdate'}");
    cluster.timers.runFor(Duration.ofSeconds(60));
    ObjectNode first = cluster.get(key);
    assertEquals(4, first.at("/status/availableReplicas").asInt(), first::toString);
    assertEquals("NewReplicaSetAvailable", condition(first, "Progressing").path("reason").asText());
    assertEquals("True", condition(first, "Available").path("status").asText());
    assertEquals(
        "1", first.at("/metadata/annotations/deployment.kubernetes.io~1revision").asText());

    setImage(key, "two");
    cluster.timers.runFor(Duration.ofSeconds(120));
    assertEquals(List.of("two", "two", "two", "two"), images());
    assertEquals(2, cluster.all(ResourceType.REPLICA_SETS).size());
    ObjectNode second = cluster.get(key);
    assertEquals(
        "2", second.at("/metadata/annotations/deployment.kubernetes.io~1revision").asText());
    assertEquals(2, second.at("/status/observedGeneration").asInt());

    setImage(key, "one");
    cluster.timers.runFor(Duration.ofSeconds(120));
    assertEquals(List.of("one", "one", "one", "one"), images());
    assertEquals(2, cluster.all(ResourceType.REPLICA_SETS).size(), "an undo reuses the old set");
    assertEquals(
        "3",
        cluster.get(key).at("/metadata/annotations/deployment.kubernetes.io~1revision").asText());

    setImage(key, "three");
    cluster.timers.runFor(Duration.ofSeconds(120));
    assertEquals(2, cluster.all(ResourceType.REPLICA_SETS).size(), "history is limited to one");
  }

  @Test
  void recreateEndsTheOldBeforeTheNewBegins() {
    ObjectKey key = deploy("{'type':'Recreate'}");
    cluster.timers.runFor(Duration.ofSeconds(60));
    setImage(key, "two");
    for (int i = 0; i < 600; i++) {
      cluster.timers.runFor(Duration.ofMillis(100));
      assertTrue(images().stream().distinct().count() <= 1, () -> "mixed: " + images());
    }
    assertEquals(List.of("two", "two", "two", "two"), images());
  }

  @Test
  void pauseHoldsARolloutAndStillScales() {
    ObjectKey key = deploy("{'type':'RollingUpdate'}");
    cluster.timers.runFor(Duration.ofSeconds(60));
    cluster.edit(key, "", d -> d.withObject("/spec").put("paused", true));
    setImage(key, "two");
    cluster.edit(key, "", d -> d.withObject("/spec").put("replicas", 6));
    cluster.timers.runFor(Duration.ofSeconds(60));
    assertEquals(6, images().size());
    assertTrue(images().stream().allMatch("one"::equals));
    assertEquals(
        "DeploymentPaused", condition(cluster.get(key), "Progressing").path("reason").asText());

    cluster.edit(key, "", d -> d.withObject("/spec").put("paused", false));
    cluster.timers.runFor(Duration.ofSeconds(120));
    assertTrue(images().stream().allMatch("two"::equals), images()::toString);
  }

  @Test
  void saysWhenTheDeadlinePassed() {
    cluster.nodes.close();
    ObjectKey key = deploy("{'type':'RollingUpdate'}");
    cluster.edit(key, "", d -> d.withObject("/spec").put("progressDeadlineSeconds", 30));
    cluster.timers.runFor(Duration.ofSeconds(20));
    assertEquals("True", condition(cluster.get(key), "Progressing").path("status").asText());
    cluster.timers.runFor(Duration.ofSeconds(20));
    assertEquals(
        "ProgressDeadlineExceeded",
        condition(cluster.get(key), "Progressing").path("reason").asText());
  }

  @Test
  void podsCountAsAvailableAfterMinReadySeconds() {
    ObjectKey key = deploy("{'type':'RollingUpdate'}");
    cluster.edit(key, "", d -> d.withObject("/spec").put("minReadySeconds", 40));
    cluster.timers.runFor(Duration.ofSeconds(35));
    ObjectNode early = cluster.get(key);
    assertEquals(4, early.at("/status/readyReplicas").asInt(), early::toString);
    assertEquals(0, early.at("/status/availableReplicas").asInt(), early::toString);
    cluster.timers.runFor(Duration.ofSeconds(60));
    assertEquals(4, cluster.get(key).at("/status/availableReplicas").asInt());
  }

  @Test
  void aSetOfAnothersWithTheSameNameIsACollision() {
    SmallCluster twin = new SmallCluster(8);
    ObjectKey key = deploy("{'type':'RollingUpdate'}");
    cluster.timers.runFor(Duration.ofSeconds(30));
    ObjectKey taken = cluster.all(ResourceType.REPLICA_SETS).keySet().iterator().next();
    ObjectNode deployment = cluster.get(key);
    twin.create(
        ResourceType.REPLICA_SETS,
        """
        {'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'%s','namespace':'default'},
         'spec':{'replicas':0,'selector':{'matchLabels':{'app':'other'}},
           'template':{'metadata':{'labels':{'app':'other'}},'spec':{'containers':[{'name':'main','image':'x'}]}}}}
        """
            .formatted(taken.name()));
    ObjectNode same = dev.ballast.core.resource.Json.object();
    same.put("apiVersion", "apps/v1").put("kind", "Deployment").set("spec", deployment.get("spec"));
    same.putObject("metadata").put("name", "web").put("namespace", "default");
    twin.create(ResourceType.DEPLOYMENTS, same.toString());
    twin.timers.runFor(Duration.ofSeconds(60));
    ObjectNode status = (ObjectNode) twin.get(key).path("status");
    assertEquals(1, status.path("collisionCount").asInt(), status::toString);
    assertEquals(4, status.path("availableReplicas").asInt(), status::toString);
    assertEquals("other", twin.get(taken).at("/spec/selector/matchLabels/app").asText());
  }

  @Test
  void aScaleDuringARolloutIsSharedOut() {
    ObjectKey key =
        deploy("{'type':'RollingUpdate','rollingUpdate':{'maxSurge':2,'maxUnavailable':0}}");
    cluster.timers.runFor(Duration.ofSeconds(60));
    cluster.nodes.close();
    setImage(key, "two");
    cluster.timers.runFor(Duration.ofSeconds(10));
    cluster.edit(key, "", d -> d.withObject("/spec").put("replicas", 10));
    cluster.timers.runFor(Duration.ofSeconds(10));
    List<Integer> sizes =
        cluster.all(ResourceType.REPLICA_SETS).values().stream()
            .map(set -> set.at("/spec/replicas").asInt())
            .sorted()
            .toList();
    assertEquals(List.of(4, 8), sizes, "of 4 and 2, to 12 in all");
  }
}

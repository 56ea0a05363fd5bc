package dev.ballast.control.replicaset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.control.SmallCluster;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ReplicaSetClusterTest {

  @Test
  void keepsTheNumberOfPods() {
    SmallCluster cluster = new SmallCluster(1);
    ObjectKey key =
        cluster.create(
            ResourceType.REPLICA_SETS,
            """
            {'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'web','namespace':'default'},
             'spec':{'replicas':5,'selector':{'matchLabels':{'app':'web'}},
               'template':{'metadata':{'labels':{'app':'web'}},'spec':{'containers':[{'name':'main','image':'i'}]}}}}
            """);
    cluster.timers.runFor(Duration.ofSeconds(30));

    assertEquals(5, cluster.all(ResourceType.PODS).size());
    assertEquals(5, cluster.get(key).path("status").path("readyReplicas").asInt());

    cluster.edit(key, "", set -> set.withObject("/spec").put("replicas", 2));
    cluster.timers.runFor(Duration.ofSeconds(30));

    assertEquals(2, cluster.all(ResourceType.PODS).size());
    assertEquals(2, cluster.get(key).path("status").path("availableReplicas").asInt());
    assertEquals(2, cluster.get(key).path("status").path("observedGeneration").asInt());
    assertEquals(8, cluster.all(ResourceType.EVENTS).size());
  }

  @Test
  void adoptsWhatMatchesAndReleasesWhatNoLongerDoes() {
    SmallCluster cluster = new SmallCluster(2);
    ObjectKey stray =
        cluster.create(
            ResourceType.PODS,
            """
            {'apiVersion':'v1','kind':'Pod','metadata':{'name':'stray','namespace':'default','labels':{'app':'web'}},
             'spec':{'containers':[{'name':'main','image':'i'}]}}
            """);
    ObjectKey key =
        cluster.create(
            ResourceType.REPLICA_SETS,
            """
            {'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'web','namespace':'default'},
             'spec':{'replicas':2,'selector':{'matchLabels':{'app':'web'}},
               'template':{'metadata':{'labels':{'app':'web'}},'spec':{'containers':[{'name':'main','image':'i'}]}}}}
            """);
    cluster.timers.runFor(Duration.ofSeconds(30));
    assertEquals(2, cluster.all(ResourceType.PODS).size(), "the stray one counts");
    String uid = cluster.get(key).at("/metadata/uid").asText();
    assertEquals(uid, cluster.get(stray).at("/metadata/ownerReferences/0/uid").asText());

    cluster.edit(stray, "", pod -> pod.withObject("/metadata/labels").put("app", "debug"));
    cluster.timers.runFor(Duration.ofSeconds(30));
    assertEquals(3, cluster.all(ResourceType.PODS).size(), "it is released, and replaced");
    assertEquals(0, cluster.get(stray).at("/metadata/ownerReferences").size());
    assertEquals(2, cluster.get(key).at("/status/readyReplicas").asInt());
  }
}

package dev.ballast.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.core.store.Write;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Garbage, namespaces, nodes, endpoints, budgets and Events, on simulated time. */
final class LifeCyclesClusterTest {

  private final SmallCluster cluster = new SmallCluster(3);

  private ObjectKey deploy(String namespace) {
    return cluster.create(
        ResourceType.DEPLOYMENTS,
        """
        {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'%s'},
         'spec':{'replicas':3,'selector':{'matchLabels':{'app':'web'}},
           'template':{'metadata':{'labels':{'app':'web'}},
             'spec':{'containers':[{'name':'main','image':'i','ports':[{'name':'http','containerPort':8080}]}]}}}}
        """
            .formatted(namespace));
  }

  private void delete(ObjectKey key, Propagation propagation) {
    cluster.api.commit(new Write.Delete(key, 0, new DeleteOptions("", -1, propagation)));
  }

  private void run(int seconds) {
    cluster.timers.runFor(Duration.ofSeconds(seconds));
  }

  private int count(ResourceType type, String namespace) {
    return (int)
        cluster.all(type).keySet().stream().filter(k -> k.namespace().equals(namespace)).count();
  }

  @Test
  void backgroundDeletionReachesThePods() {
    ObjectKey key = deploy("default");
    run(30);
    delete(key, Propagation.BACKGROUND);
    run(60);
    assertEquals(0, count(ResourceType.REPLICA_SETS, "default"));
    assertEquals(0, count(ResourceType.PODS, "default"));
  }

  @Test
  void foregroundDeletionEndsWithTheOwner() {
    ObjectKey key = deploy("default");
    run(30);
    delete(key, Propagation.FOREGROUND);
    cluster.timers.runFor(Duration.ofMillis(100));
    assertTrue(cluster.api.get(key).isPresent(), "it waits for its dependents");
    run(60);
    assertTrue(cluster.api.get(key).isEmpty());
    assertEquals(0, count(ResourceType.PODS, "default"));
  }

  @Test
  void orphansStay() {
    ObjectKey key = deploy("default");
    run(30);
    delete(key, Propagation.ORPHAN);
    run(30);
    assertTrue(cluster.api.get(key).isEmpty());
    assertEquals(1, count(ResourceType.REPLICA_SETS, "default"));
    assertEquals(3, count(ResourceType.PODS, "default"));
    cluster
        .all(ResourceType.REPLICA_SETS)
        .values()
        .forEach(set -> assertTrue(set.at("/metadata/ownerReferences").isEmpty()));
    deploy("default");
    run(30);
    assertEquals(1, count(ResourceType.REPLICA_SETS, "default"), "the new one adopts the old set");
    assertEquals(3, count(ResourceType.PODS, "default"));
  }

  @Test
  void namespacesGoWithAllTheyHold() {
    ObjectKey namespace =
        cluster.create(
            ResourceType.NAMESPACES,
            "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'team'}}");
    run(2);
    assertEquals(1, count(ResourceType.SERVICE_ACCOUNTS, "team"));
    assertEquals(1, count(ResourceType.CONFIG_MAPS, "team"));
    deploy("team");
    cluster.create(
        ResourceType.JOBS,
        """
        {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'sum','namespace':'team'},'spec':{
          'template':{'spec':{'restartPolicy':'Never','containers':[{'name':'main','image':'i'}]}}}}
        """);
    run(30);
    assertEquals(4, count(ResourceType.PODS, "team"));
    delete(namespace, Propagation.BACKGROUND);
    run(90);
    assertTrue(
        cluster.api.get(namespace).isEmpty(),
        () ->
            cluster.get(namespace)
                + " still holds "
                + cluster.store.list(
                    dev.ballast.core.store.ListQuery.in(ResourceType.PODS, "team")));
    assertEquals(0, count(ResourceType.PODS, "team"));
    assertEquals(0, count(ResourceType.EVENTS, "team"));
  }

  private Set<String> taints(String node) {
    Set<String> taints = new TreeSet<>();
    for (JsonNode taint :
        cluster.get(ObjectKey.cluster(ResourceType.NODES, node)).at("/spec/taints")) {
      taints.add(taint.path("key").asText() + ":" + taint.path("effect").asText());
    }
    return taints;
  }

  @Test
  void silentNodesLoseTheirPods() {
    deploy("default");
    run(30);
    cluster.nodes.silence("n1");
    run(39);
    assertEquals(Set.of(), taints("n1"));
    run(25);
    assertEquals(
        Set.of(
            "node.kubernetes.io/unreachable:NoSchedule",
            "node.kubernetes.io/unreachable:NoExecute"),
        taints("n1"));
    run(310);
    for (ObjectNode pod : cluster.all(ResourceType.PODS).values()) {
      boolean there = pod.at("/spec/nodeName").asText().equals("n1");
      assertEquals(there, pod.at("/metadata").has("deletionTimestamp"), pod::toString);
    }
    cluster.nodes.wake("n1");
    run(30);
    assertEquals(Set.of(), taints("n1"));
    assertEquals(3, count(ResourceType.PODS, "default"));
  }

  @Test
  void whenMostNodesAreSilentNobodyIsEvicted() {
    deploy("default");
    run(30);
    Set<ObjectKey> before = cluster.all(ResourceType.PODS).keySet();
    for (String node : new String[] {"n1", "n2", "n3"}) {
      cluster.nodes.silence(node);
    }
    run(600);
    assertEquals(Set.of("node.kubernetes.io/unreachable:NoSchedule"), taints("n2"));
    assertEquals(before, cluster.all(ResourceType.PODS).keySet());
    cluster
        .all(ResourceType.PODS)
        .values()
        .forEach(pod -> assertFalse(pod.at("/metadata").has("deletionTimestamp")));
  }

  @Test
  void cordonTaintsAndPodsOfADeletedNodeMove() {
    deploy("default");
    run(30);
    ObjectKey node = ObjectKey.cluster(ResourceType.NODES, "n2");
    cluster.edit(node, "", n -> n.withObject("/spec").put("unschedulable", true));
    run(2);
    assertEquals(Set.of("node.kubernetes.io/unschedulable:NoSchedule"), taints("n2"));
    cluster.edit(node, "", n -> n.withObject("/spec").put("unschedulable", false));
    run(2);
    assertEquals(Set.of(), taints("n2"));

    delete(node, Propagation.BACKGROUND);
    run(60);
    assertEquals(3, count(ResourceType.PODS, "default"));
    cluster
        .all(ResourceType.PODS)
        .values()
        .forEach(pod -> assertFalse(pod.at("/spec/nodeName").asText().equals("n2")));
  }

  @Test
  void theLeaseOfADeletedNodeGoesWhenNobodyRenewsIt() {
    run(30);
    ObjectKey lease = new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n2");
    delete(ObjectKey.cluster(ResourceType.NODES, "n2"), Propagation.BACKGROUND);
    run(100);
    assertTrue(cluster.api.get(lease).isPresent(), "its agent still renews it");
    cluster.nodes.silence("n2");
    run(60);
    assertTrue(cluster.api.get(lease).isEmpty());
    assertTrue(
        cluster.api.get(new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n1")).isPresent());
  }

  @Test
  void servicesKnowTheirPods() {
    ObjectKey deployment = deploy("default");
    cluster.create(
        ResourceType.SERVICES,
        """
        {'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'default'},
         'spec':{'selector':{'app':'web'},'ports':[{'name':'http','port':80,'targetPort':'http'}]}}
        """);
    run(40);
    assertEquals(1, count(ResourceType.ENDPOINT_SLICES, "default"));
    ObjectNode slice = cluster.all(ResourceType.ENDPOINT_SLICES).values().iterator().next();
    assertEquals(3, slice.path("endpoints").size(), slice::toString);
    assertEquals(8080, slice.at("/ports/0/port").asInt());
    assertTrue(slice.at("/endpoints/0/conditions/ready").asBoolean());
    ObjectNode endpoints = cluster.all(ResourceType.ENDPOINTS).values().iterator().next();
    assertEquals(3, endpoints.at("/subsets/0/addresses").size());

    cluster.edit(deployment, "", d -> d.withObject("/spec").put("replicas", 1));
    run(40);
    slice = cluster.all(ResourceType.ENDPOINT_SLICES).values().iterator().next();
    assertEquals(1, slice.path("endpoints").size());

    delete(new ObjectKey(ResourceType.SERVICES, "default", "web"), Propagation.BACKGROUND);
    run(10);
    assertEquals(0, count(ResourceType.ENDPOINT_SLICES, "default"));
    assertEquals(0, count(ResourceType.ENDPOINTS, "default"));
  }

  @Test
  void aServiceWithoutASelectorIsLeftToWhoeverKeepsIt() {
    cluster.create(
        ResourceType.SERVICES,
        """
        {'apiVersion':'v1','kind':'Service','metadata':{'name':'db','namespace':'default'},
         'spec':{'ports':[{'port':5432}]}}
        """);
    ObjectKey kept =
        cluster.create(
            ResourceType.ENDPOINTS,
            """
            {'apiVersion':'v1','kind':'Endpoints','metadata':{'name':'db','namespace':'default'},
             'subsets':[{'addresses':[{'ip':'192.0.2.7'}],'ports':[{'port':5432}]}]}
            """);
    ObjectNode before = cluster.get(kept);
    run(30);
    assertEquals(before, cluster.get(kept));
    assertEquals(0, count(ResourceType.ENDPOINT_SLICES, "default"));
  }

  @Test
  void unreadyPodsOfAServiceThatPublishesThemAreReady() {
    deploy("default");
    cluster.create(
        ResourceType.SERVICES,
        """
        {'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'default'},
         'spec':{'publishNotReadyAddresses':true,'clusterIP':'None','selector':{'app':'web'},'ports':[{'port':80}]}}
        """);
    run(40);
    cluster
        .all(ResourceType.PODS)
        .keySet()
        .forEach(
            pod ->
                cluster.edit(
                    pod,
                    "status",
                    tree ->
                        tree.at("/status/conditions")
                            .forEach(c -> ((ObjectNode) c).put("status", "False"))));
    run(5);
    ObjectNode slice = cluster.all(ResourceType.ENDPOINT_SLICES).values().iterator().next();
    assertEquals(3, slice.path("endpoints").size());
    for (JsonNode endpoint : slice.path("endpoints")) {
      assertTrue(endpoint.at("/conditions/ready").asBoolean(), slice::toString);
      assertFalse(endpoint.at("/conditions/serving").asBoolean(), slice::toString);
    }
  }

  @Test
  void budgetsCountHealthyPods() {
    deploy("default");
    ObjectKey key =
        cluster.create(
            ResourceType.POD_DISRUPTION_BUDGETS,
            """
            {'apiVersion':'policy/v1','kind':'PodDisruptionBudget',
             'metadata':{'name':'web','namespace':'default'},
             'spec':{'maxUnavailable':'34%','selector':{'matchLabels':{'app':'web'}}}}
            """);
    run(40);
    JsonNode status = cluster.get(key).path("status");
    assertEquals(3, status.path("expectedPods").asInt(), status::toString);
    assertEquals(1, status.path("desiredHealthy").asInt());
    assertEquals(3, status.path("currentHealthy").asInt());
    assertEquals(2, status.path("disruptionsAllowed").asInt());
  }

  @Test
  void eventsGoAfterAnHour() {
    deploy("default");
    run(60);
    assertTrue(count(ResourceType.EVENTS, "default") > 0);
    run(3700);
    assertEquals(0, count(ResourceType.EVENTS, "default"));
  }
}

package dev.ballast.kinds.admission;

import static dev.ballast.kinds.engine.Cluster.failed;
import static dev.ballast.kinds.engine.Cluster.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.WriteOptions;
import dev.ballast.kinds.engine.Cluster;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the cluster, each through the whole write path. */
class AdmissionsTest {

  private final Cluster cluster = new Cluster();

  private static String pod(String spec) {
    return "{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c','image':'x'}]%s}}"
        .formatted(spec.isEmpty() ? "" : "," + spec);
  }

  private static String service(String name, String spec) {
    return "{'metadata':{'name':'%s'},'spec':{'ports':[{'port':80}]%s}}"
        .formatted(name, spec.isEmpty() ? "" : "," + spec);
  }

  @Test
  void startingTwiceChangesNothing() {
    long revision = cluster.store.revision();
    assertEquals(Optional.empty(), cluster.bootstrap());
    assertEquals(revision, cluster.store.revision());
    assertEquals(
        "10.96.0.1",
        cluster.get("Service", "kubernetes").orElseThrow().at("/spec/clusterIP").asText());
    assertTrue(cluster.get("PriorityClass", "system-cluster-critical").isPresent());
    assertEquals(
        "192.0.2.1",
        cluster
            .get("EndpointSlice", "kubernetes")
            .orElseThrow()
            .at("/endpoints/0/addresses/0")
            .asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "kube-system", "kube-public", "kube-node-lease"})
  void theClustersNamespacesStay(String name) {
    Failure failure = failed(cluster.delete("Namespace", name));
    assertEquals(403, failure.code());
    assertEquals(
        "namespaces \"" + name + "\" is forbidden: this namespace may not be deleted",
        failure.message());
  }

  @Test
  void aNamespaceMustExist() {
    ObjectNode body = json("{'metadata':{'name':'a'}}");
    Failure failure =
        failed(
            cluster.resources.create(
                Cluster.kind("ConfigMap"), "nowhere", body, WriteOptions.by(User.CONTROL_PLANE)));
    assertEquals(404, failure.code());
    assertEquals("namespaces \"nowhere\" not found", failure.message());
  }

  @Test
  void aNewNamespaceTakesPodsAtOnce() {
    cluster.created("Namespace", "{'metadata':{'name':'n'}}");
    Outcome outcome =
        cluster.resources.create(
            Cluster.kind("Pod"), "n", json(pod("")), WriteOptions.by(User.CONTROL_PLANE));
    assertEquals("n", Cluster.stored(outcome).at("/metadata/namespace").asText());
  }

  @Test
  void aPodGetsItsIdentity() {
    ObjectNode pod = cluster.created("Pod", pod(""));
    assertEquals("default", pod.at("/spec/serviceAccountName").asText());
    assertEquals("default", pod.at("/spec/serviceAccount").asText());
    String volume = pod.at("/spec/volumes/0/name").asText();
    assertTrue(volume.matches("kube-api-access-[a-z0-9]{5}"), volume);
    assertEquals(volume, pod.at("/spec/containers/0/volumeMounts/0/name").asText());
    assertEquals(
        PodIdentity.MOUNT_PATH, pod.at("/spec/containers/0/volumeMounts/0/mountPath").asText());
    assertEquals(
        "kube-root-ca.crt", pod.at("/spec/volumes/0/projected/sources/1/configMap/name").asText());
    assertEquals(420, pod.at("/spec/volumes/0/projected/defaultMode").asInt());
  }

  @Test
  void aPodMayDeclineItsToken() {
    ObjectNode pod = cluster.created("Pod", pod("'automountServiceAccountToken':false"));
    assertTrue(pod.at("/spec/volumes").isMissingNode());
    assertTrue(pod.at("/spec/containers/0/volumeMounts").isMissingNode());
  }

  @Test
  void anAccountMayDeclineForItsPods() {
    cluster.created(
        "ServiceAccount",
        "{'metadata':{'name':'s'},'automountServiceAccountToken':false,"
            + "'imagePullSecrets':[{'name':'k'}]}");
    ObjectNode pod = cluster.created("Pod", pod("'serviceAccountName':'s'"));
    assertTrue(pod.at("/spec/volumes").isMissingNode());
    assertEquals("k", pod.at("/spec/imagePullSecrets/0/name").asText());
  }

  @Test
  void anAccountMustExist() {
    Failure failure = failed(cluster.create("Pod", pod("'serviceAccountName':'s'")));
    assertEquals(403, failure.code());
    assertEquals(
        "pods \"a\" is forbidden: error looking up service account default/s: serviceaccount \"s\""
            + " not found",
        failure.message());
    assertEquals(1, failure.details().retryAfterSeconds());
  }

  @Test
  void aPodGetsThePriorityOfItsClass() {
    cluster.created("PriorityClass", "{'metadata':{'name':'p'},'value':7}");
    ObjectNode pod = cluster.created("Pod", pod("'priorityClassName':'p'"));
    assertEquals(7, pod.at("/spec/priority").asInt());
    assertEquals("PreemptLowerPriority", pod.at("/spec/preemptionPolicy").asText());
  }

  @Test
  void withoutAClassThereIsTheDefaultOne() {
    assertEquals(0, cluster.created("Pod", pod("")).at("/spec/priority").asInt(-1));
    cluster.delete("Pod", "a");
    cluster.created(
        "PriorityClass",
        "{'metadata':{'name':'p'},'value':9,'globalDefault':true,'preemptionPolicy':'Never'}");
    ObjectNode pod = cluster.created("Pod", pod(""));
    assertEquals(9, pod.at("/spec/priority").asInt());
    assertEquals("p", pod.at("/spec/priorityClassName").asText());
    assertEquals("Never", pod.at("/spec/preemptionPolicy").asText());
    Failure second =
        failed(
            cluster.create(
                "PriorityClass", "{'metadata':{'name':'q'},'value':1,'globalDefault':true}"));
    assertEquals(403, second.code());
    assertTrue(second.message().contains("PriorityClass p is already marked as default"));
  }

  @Test
  void nobodySetsAPriorityByHand() {
    assertEquals(
        "pods \"a\" is forbidden: the integer value of priority (5) must not be provided in pod"
            + " spec; priority admission controller computed 0 from the given PriorityClass name",
        failed(cluster.create("Pod", pod("'priority':5"))).message());
    assertEquals(
        "pods \"a\" is forbidden: no PriorityClass with name nope was found",
        failed(cluster.create("Pod", pod("'priorityClassName':'nope'"))).message());
  }

  @Test
  void podsTolerateABadNodeForFiveMinutes() {
    ObjectNode pod =
        cluster.created(
            "Pod",
            pod(
                "'tolerations':[{'key':'node.kubernetes.io/not-ready','operator':'Exists',"
                    + "'effect':'NoExecute','tolerationSeconds':9}]"));
    assertEquals(2, pod.at("/spec/tolerations").size());
    assertEquals(9, pod.at("/spec/tolerations/0/tolerationSeconds").asInt());
    assertEquals("node.kubernetes.io/unreachable", pod.at("/spec/tolerations/1/key").asText());
    assertEquals(300, pod.at("/spec/tolerations/1/tolerationSeconds").asInt());
  }

  @Test
  void aServiceGetsAnAddressAndKeepsIt() {
    ObjectNode service = cluster.created("Service", service("s", ""));
    String address = service.at("/spec/clusterIP").asText();
    assertTrue(AddressRange.parse("10.96.0.0/16").contains(address), address);
    assertEquals(address, service.at("/spec/clusterIPs/0").asText());
    assertEquals("IPv4", service.at("/spec/ipFamilies/0").asText());
    assertEquals("SingleStack", service.at("/spec/ipFamilyPolicy").asText());
    ObjectNode bare = json(service("s", "'selector':{'a':'b'}"));
    ObjectNode updated = Cluster.stored(cluster.update("Service", "", bare));
    assertEquals(address, updated.at("/spec/clusterIP").asText());
    assertEquals("b", updated.at("/spec/selector/a").asText());
  }

  @Test
  void anAddressIsTakenOnceAndFreeAfterwards() {
    cluster.created("Service", service("s", "'clusterIP':'10.96.7.7'"));
    Failure taken = failed(cluster.create("Service", service("t", "'clusterIP':'10.96.7.7'")));
    assertEquals(422, taken.code());
    assertEquals(
        "Service \"t\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.7.7\"]: failed to"
            + " allocate IP 10.96.7.7: provided IP is already allocated",
        taken.message());
    assertEquals(Optional.empty(), cluster.get("Service", "t"));
    assertInstanceOf(Outcome.Removed.class, cluster.delete("Service", "s"));
    cluster.created("Service", service("t", "'clusterIP':'10.96.7.7'"));
  }

  @Test
  void anAddressMustBeInRange() {
    Failure failure = failed(cluster.create("Service", service("s", "'clusterIP':'10.97.0.1'")));
    assertEquals(422, failure.code());
    assertTrue(failure.message().contains("The range of valid IPs is 10.96.0.0/16"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'ipFamilies':['IPv6']", "'ipFamilyPolicy':'RequireDualStack'"})
  void thereIsOneFamilyOfAddresses(String spec) {
    assertEquals(422, failed(cluster.create("Service", service("s", spec))).code());
  }

  @Test
  void headlessAndNamedServicesHaveNoAddress() {
    ObjectNode headless = cluster.created("Service", service("s", "'clusterIP':'None'"));
    assertEquals("None", headless.at("/spec/clusterIPs/0").asText());
    ObjectNode named =
        cluster.created(
            "Service",
            "{'metadata':{'name':'n'},'spec':{'type':'ExternalName','externalName':'a.example'}}");
    assertTrue(named.at("/spec/clusterIP").isMissingNode());
  }

  @Test
  void manyAtOnceGetDifferentAddressesAndPorts() throws Exception {
    Set<String> addresses = new HashSet<>();
    Set<Integer> ports = new HashSet<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<ObjectNode>> calls =
          IntStream.range(0, 60)
              .mapToObj(
                  i ->
                      (Callable<ObjectNode>)
                          () -> cluster.created("Service", service("s" + i, "'type':'NodePort'")))
              .toList();
      for (Future<ObjectNode> future : executor.invokeAll(calls)) {
        addresses.add(future.get().at("/spec/clusterIP").asText());
        ports.add(future.get().at("/spec/ports/0/nodePort").asInt());
      }
    }
    assertEquals(60, addresses.size());
    assertEquals(60, ports.size());
    assertTrue(ports.stream().allMatch(port -> port >= 30_000 && port <= 32_767));
  }

  @Test
  void nodePortsComeAndGoWithTheType() {
    ObjectNode service = cluster.created("Service", service("s", "'type':'NodePort'"));
    int port = service.at("/spec/ports/0/nodePort").asInt();
    ObjectKey claim = ServiceClaims.port(port);
    assertTrue(cluster.store.get(claim).isPresent());
    service.withObjectProperty("spec").put("type", "ClusterIP").remove("externalTrafficPolicy");
    ObjectNode inner = Cluster.stored(cluster.update("Service", "", service));
    assertTrue(inner.at("/spec/ports/0/nodePort").isMissingNode());
    assertEquals(Optional.empty(), cluster.store.get(claim));
  }

  @Test
  void aNodePortIsTakenOnce() {
    String spec = "'type':'NodePort'";
    String ports = "'ports':[{'port':80,'nodePort':30100}]";
    cluster.created("Service", service("s", spec).replace("'ports':[{'port':80}]", ports));
    Failure taken =
        failed(
            cluster.create("Service", service("t", spec).replace("'ports':[{'port':80}]", ports)));
    assertEquals(
        "Service \"t\" is invalid: spec.ports[0].nodePort: Invalid value: 30100: provided port is"
            + " already allocated",
        taken.message());
    Failure outside =
        failed(
            cluster.create(
                "Service",
                service("t", spec).replace("'ports':[{'port':80}]", ports.replace("30100", "80"))));
    assertTrue(outside.message().contains("The range of valid ports is 30000-32767"));
  }

  @Test
  void oneNumberOverTwoProtocolsSharesANodePort() {
    ObjectNode service =
        cluster.created(
            "Service",
            "{'metadata':{'name':'dns'},'spec':{'type':'NodePort','ports':[{'name':'t','port':53},"
                + "{'name':'u','port':53,'protocol':'UDP'}]}}");
    assertEquals(
        service.at("/spec/ports/0/nodePort").asInt(), service.at("/spec/ports/1/nodePort").asInt());
  }
}

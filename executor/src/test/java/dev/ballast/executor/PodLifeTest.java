package dev.ballast.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lives of pods on a simulated node, second by second. */
class PodLifeTest {

  private final SimulatedNode node = new SimulatedNode(7);

  private static String spec(String policy, String image) {
    return "{\"restartPolicy\":\""
        + policy
        + "\",\"containers\":[{\"name\":\"app\",\"image\":\""
        + image
        + "\"}]}";
  }

  @Test
  void theNodeRegistersAndKeepsItsLease() {
    node.pass(Duration.ofSeconds(1));
    var registered = node.api.get(ObjectKey.cluster(ResourceType.NODES, "n1")).orElseThrow().tree();
    assertEquals("8", registered.at("/status/capacity/cpu").asText());
    assertEquals("110", registered.at("/status/allocatable/pods").asText());
    assertEquals(
        "simulated://1.0", registered.at("/status/nodeInfo/containerRuntimeVersion").asText());
    ObjectKey lease = new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n1");
    String before = node.api.get(lease).orElseThrow().tree().at("/spec/renewTime").asText();
    node.pass(Duration.ofSeconds(11));
    String after = node.api.get(lease).orElseThrow().tree().at("/spec/renewTime").asText();
    assertTrue(after.compareTo(before) > 0);
  }

  /** Machines come and go in one process: nothing may hold an agent that has ended. */
  @Test
  void itsFiguresGoWithTheAgent() {
    assertEquals(
        Set.of(
            "kubelet_running_containers[container_state, running, node, n1]",
            "kubelet_running_pods[node, n1]"),
        node.figures.shown());
    node.dropAgent();
    assertEquals(Set.of(), node.figures.shown());
  }

  @Test
  void anImageIsPulledOnceAndThePodRuns() {
    ObjectKey pod = node.pod("p", spec("Always", "simulated/run:1"), Map.of());
    node.pass(Duration.ofSeconds(1));
    assertEquals("Pending", node.phase(pod));
    assertEquals("ContainerCreating", node.container(pod, 0).at("/state/waiting/reason").asText());
    node.pass(Duration.ofSeconds(3));
    assertEquals("Running", node.phase(pod));
    assertTrue(node.container(pod, 0).path("ready").asBoolean());
    assertFalse(node.status(pod).path("podIP").asText().isEmpty());
    assertEquals(
        List.of("Pulling", "Pulled", "Created", "Started"),
        events("p").filter(e -> !e.equals("Scheduled")).toList());
  }

  @Test
  void anImageThatIsThereIsSaidToBeThere() {
    node.pod("first", spec("Never", "simulated/run:1"), Map.of());
    node.pass(Duration.ofSeconds(5));
    node.pod("second", spec("Never", "simulated/run:1"), Map.of());
    node.pass(Duration.ofSeconds(5));
    assertEquals(List.of("Pulled", "Created", "Started"), events("second").toList());
  }

  private Stream<String> events(String pod) {
    ListResult.Page page = (ListResult.Page) node.api.list(ListQuery.all(ResourceType.EVENTS));
    List<String> reasons = new ArrayList<>();
    page.documents().stream()
        .sorted((a, b) -> Long.compare(a.revision(), b.revision()))
        .map(d -> d.tree())
        .filter(e -> e.at("/involvedObject/name").asText().equals(pod))
        .forEach(e -> reasons.add(e.path("reason").asText()));
    List<String> order = List.of("Pulling", "Pulled", "Created", "Started");
    reasons.sort((a, b) -> Integer.compare(order.indexOf(a), order.indexOf(b)));
    return reasons.stream();
  }

  @Test
  void aCrashLoopsWithDoublingDelays() {
    ObjectKey pod = node.pod("p", spec("Always", "ballast.local/exit-1-after-1s:1"), Map.of());
    List<Integer> counts = new ArrayList<>();
    for (int second : List.of(10, 20, 40, 80)) {
      node.pass(Duration.ofSeconds(second));
      counts.add(node.container(pod, 0).path("restartCount").asInt());
    }
    assertEquals(List.of(1, 2, 3, 4), counts);
    assertEquals("CrashLoopBackOff", node.container(pod, 0).at("/state/waiting/reason").asText());
    assertTrue(
        node.container(pod, 0).at("/state/waiting/message").asText().startsWith("back-off 1m20s"));
    assertEquals("Running", node.phase(pod));
  }

  @Test
  void aContainerThatRanLongEnoughStartsAtOnceAgain() {
    ObjectKey pod = node.pod("p", spec("Always", "ballast.local/exit-1-after-11m:1"), Map.of());
    node.pass(Duration.ofMinutes(34));
    assertEquals(3, node.container(pod, 0).path("restartCount").asInt());
    assertEquals("Running", node.phase(pod));
    assertTrue(node.container(pod, 0).at("/state/running").isObject(), "no back-off");
  }

  @Test
  void aFailedPullBacksOff() {
    ObjectKey pod = node.pod("p", spec("Always", "simulated/no-such:1"), Map.of());
    node.pass(Duration.ofMillis(2500));
    assertEquals("ErrImagePull", node.container(pod, 0).at("/state/waiting/reason").asText());
    node.pass(Duration.ofSeconds(3));
    assertEquals("ImagePullBackOff", node.container(pod, 0).at("/state/waiting/reason").asText());
    assertEquals("Pending", node.phase(pod));
  }

  @Test
  void neverPullNeedsTheImageHere() {
    ObjectKey pod =
        node.pod(
            "p",
            "{\"containers\":[{\"name\":\"app\",\"image\":\"x/y:1\",\"imagePullPolicy\":\"Never\"}]}",
            Map.of());
    node.pass(Duration.ofSeconds(5));
    assertEquals("ErrImageNeverPull", node.container(pod, 0).at("/state/waiting/reason").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'name':'v','configMap':{'name':'later'}} | ContainerCreating | configmap \"later\" not found",
        "{'name':'v','secret':{'secretName':'later'}} | ContainerCreating | secret \"later\" not found",
        "{'name':'v','projected':{'sources':[{'configMap':{'name':'later'}}]}} | ContainerCreating"
            + " | configmap \"later\" not found",
        " | CreateContainerConfigError | configmap \"later\" not found",
      },
      quoteCharacter = '`')
  void aMissingConfigMapOrSecretIsWaitedForHereToo(String volume, String reason, String message) {
    String from = "'envFrom':[{'configMapRef':{'name':'later'}}],";
    String spec =
        "{'containers':[{'name':'app',%s'image':'ballast.local/run:1'}],'volumes':[%s]}"
            .formatted(volume == null ? from : "", volume == null ? "" : volume)
            .replace('\'', '"');
    ObjectKey pod = node.pod("p", spec, Map.of());
    node.pass(Duration.ofSeconds(8));
    assertEquals("Pending", node.phase(pod));
    assertEquals(reason, node.container(pod, 0).at("/state/waiting/reason").asText());
    assertEquals(List.of(), names());
    assertTrue(messages("p").stream().anyMatch(m -> m.endsWith(message)), messages("p").toString());
    node.put(ResourceType.CONFIG_MAPS, "later");
    node.put(ResourceType.SECRETS, "later");
    node.pass(Duration.ofSeconds(8));
    assertEquals("Running", node.phase(pod));
  }

  private List<String> messages(String pod) {
    ListResult.Page page = (ListResult.Page) node.api.list(ListQuery.all(ResourceType.EVENTS));
    return page.documents().stream()
        .map(d -> d.tree())
        .filter(e -> e.at("/involvedObject/name").asText().equals(pod))
        .map(e -> e.path("message").asText())
        .toList();
  }

  @Test
  void aPreStopHookHoldsTheStop() {
    ObjectKey pod =
        node.pod(
            "p",
            """
            {"terminationGracePeriodSeconds":30,"containers":[{"name":"app","image":"ballast.local/run:1",
              "lifecycle":{"preStop":{"sleep":{"seconds":20}}}}]}
            """,
            Map.of());
    node.pass(Duration.ofSeconds(2));
    node.delete(pod, -1);
    node.pass(Duration.ofSeconds(15));
    assertEquals(List.of("app"), names(), "the hook holds it");
    node.pass(Duration.ofSeconds(8));
    assertEquals(List.of(), names());
  }

  @Test
  void anUnsafeSysctlIsRefused() {
    ObjectKey pod =
        node.pod(
            "p",
            """
            {"securityContext":{"sysctls":[{"name":"kernel.msgmax","value":"1"}]},
             "containers":[{"name":"app","image":"ballast.local/run:1"}]}
            """,
            Map.of());
    node.pass(Duration.ofSeconds(3));
    assertEquals("Failed", node.phase(pod));
    assertEquals("SysctlForbidden", node.status(pod).path("reason").asText());
    assertEquals(
        "forbidden sysctl: \"kernel.msgmax\" not allowlisted",
        node.status(pod).path("message").asText());
  }

  @Test
  void initContainersRunInOrderAndSidecarsStayUntilTheEnd() {
    ObjectKey pod =
        node.pod(
            "p",
            """
            {"restartPolicy":"Never","initContainers":[
              {"name":"first","image":"ballast.local/exit-0-after-5s:1"},
              {"name":"side","image":"ballast.local/side:1","restartPolicy":"Always"},
              {"name":"second","image":"ballast.local/exit-0-after-5s:1"}],
             "containers":[{"name":"app","image":"ballast.local/exit-0-after-10s:1"}]}
            """,
            Map.of());
    node.pass(Duration.ofSeconds(2));
    assertEquals(List.of("first"), names());
    assertEquals("Pending", node.phase(pod));
    assertEquals("PodInitializing", node.container(pod, 0).at("/state/waiting/reason").asText());
    node.pass(Duration.ofSeconds(6));
    assertEquals(List.of("second", "side"), names());
    node.pass(Duration.ofSeconds(6));
    assertEquals(List.of("app", "side"), names());
    assertEquals("Running", node.phase(pod));
    node.pass(Duration.ofSeconds(12));
    assertEquals(List.of(), names());
    assertEquals("Succeeded", node.phase(pod));
  }

  @Test
  void whileAPostStartHookSleepsTheContainerDoesNotCountAndTheNextOneWaits() {
    ObjectKey pod =
        node.pod(
            "p",
            """
            {"containers":[
              {"name":"first","image":"ballast.local/run:1",
               "lifecycle":{"postStart":{"sleep":{"seconds":20}}}},
              {"name":"second","image":"ballast.local/run:1"}]}
            """,
            Map.of());
    node.pass(Duration.ofSeconds(15));
    assertEquals(List.of("first"), names());
    assertEquals("Pending", node.phase(pod));
    assertEquals("ContainerCreating", node.container(pod, 0).at("/state/waiting/reason").asText());
    assertFalse(node.container(pod, 0).path("ready").asBoolean());
    node.pass(Duration.ofSeconds(10));
    assertEquals(List.of("first", "second"), names());
    assertEquals("Running", node.phase(pod));
    assertTrue(node.container(pod, 0).path("ready").asBoolean());
  }

  @Test
  void aPodIsDeletedThoughItsPostStartHookSleeps() {
    ObjectKey pod =
        node.pod(
            "p",
            """
            {"terminationGracePeriodSeconds":5,"containers":[{"name":"app","image":"ballast.local/run:1",
               "lifecycle":{"postStart":{"sleep":{"seconds":600}}}}]}
            """,
            Map.of());
    node.pass(Duration.ofSeconds(3));
    node.delete(pod, -1);
    node.pass(Duration.ofSeconds(10));
    assertTrue(node.api.get(pod).isEmpty());
  }

  @Test
  void aPreStopHookSleepsAndNoLongerThanTheGrace() {
    String spec =
        """
        {"terminationGracePeriodSeconds":30,"containers":[{"name":"app","image":"ballast.local/run:1",
           "lifecycle":{"preStop":{"sleep":{"seconds":10}}}}]}
        """;
    ObjectKey kind = node.pod("p", spec, Map.of());
    node.pass(Duration.ofSeconds(3));
    node.delete(kind, -1);
    node.pass(Duration.ofSeconds(9));
    assertEquals(List.of("app"), names());
    node.pass(Duration.ofSeconds(3));
    assertTrue(node.api.get(kind).isEmpty());
    ObjectKey hasty = node.pod("q", spec, Map.of());
    node.pass(Duration.ofSeconds(3));
    node.delete(hasty, 4);
    node.pass(Duration.ofSeconds(6));
    assertTrue(node.api.get(hasty).isEmpty(), "the grace goes before the sleep");
  }

  @Test
  void aContainerThatFillsTheDiskIsEvicted() {
    ObjectKey pod =
        node.pod(
            "p",
            """
            {"containers":[{"name":"app","image":"ballast.local/fills-20mi:1",
               "resources":{"limits":{"ephemeral-storage":"10Mi"}}},
             {"name":"calm","image":"ballast.local/run:1",
               "resources":{"limits":{"ephemeral-storage":"100Mi"}}}]}
            """,
            Map.of());
    node.pass(Duration.ofSeconds(25));
    assertEquals("Failed", node.phase(pod));
    assertEquals("Evicted", node.status(pod).path("reason").asText());
    assertEquals(
        "Container app exceeded its local ephemeral storage limit \"10Mi\". ",
        node.status(pod).path("message").asText());
    assertEquals(List.of(), names());
  }

  private List<String> names() {
    return node.running("p").stream().map(c -> c.container()).sorted().toList();
  }

  @Test
  void aFailedInitContainerFailsAPodThatNeverRestarts() {
    ObjectKey pod =
        node.pod(
            "p",
            """
            {"restartPolicy":"Never","initContainers":[
              {"name":"first","image":"ballast.local/exit-2-after-1s:1"}],
             "containers":[{"name":"app","image":"ballast.local/run:1"}]}
            """,
            Map.of());
    node.pass(Duration.ofSeconds(10));
    assertEquals("Failed", node.phase(pod));
    assertEquals(List.of(), names());
  }

  @Test
  void theActiveDeadlineEndsAPod() {
    ObjectKey pod =
        node.pod(
            "p",
            "{\"activeDeadlineSeconds\":20,\"containers\":[{\"name\":\"app\",\"image\":\"ballast.local/run:1\"}]}",
            Map.of());
    node.pass(Duration.ofSeconds(15));
    assertEquals("Running", node.phase(pod));
    node.pass(Duration.ofSeconds(10));
    assertEquals("Failed", node.phase(pod));
    assertEquals("DeadlineExceeded", node.status(pod).path("reason").asText());
    assertEquals(List.of(), names());
  }

  @Test
  void deletionStopsContainersAndThenFreesTheName() {
    ObjectKey pod = node.pod("p", spec("Always", "ballast.local/run:1"), Map.of());
    node.pass(Duration.ofSeconds(2));
    node.delete(pod, -1);
    node.pass(Duration.ofSeconds(5));
    assertTrue(node.api.get(pod).isEmpty());
    assertEquals(List.of(), node.runtime.list());
  }

  @Test
  void anEngineThatRestartsIsHandledAsTheRestartPolicySays() {
    ObjectKey service = node.pod("p", spec("Always", "ballast.local/run:1"), Map.of());
    ObjectKey job = node.pod("q", spec("Never", "ballast.local/run:1"), Map.of());
    node.pass(Duration.ofSeconds(2));
    node.runtime.restartEngine();
    node.pass(Duration.ofSeconds(5));
    assertEquals("Running", node.phase(service));
    assertEquals(1, node.container(service, 0).path("restartCount").asInt());
    assertEquals("Failed", node.phase(job));
    assertEquals(1, node.running("p").size());
  }

  @Test
  void whatTheMachineHasLostIsNotRunAgainAgainstThePolicy() {
    ObjectKey job = node.pod("p", spec("Never", "ballast.local/exit-0-after-1s:1"), Map.of());
    node.pass(Duration.ofSeconds(5));
    assertEquals("Succeeded", node.phase(job));
    node.dropAgent();
    node.runtime.list().forEach(c -> node.runtime.remove(c.id()));
    node.startAgent();
    node.pass(Duration.ofSeconds(30));
    assertEquals("Succeeded", node.phase(job));
    assertEquals(0, node.container(job, 0).at("/state/terminated/exitCode").asInt());
    assertEquals(List.of(), node.runtime.list());
  }

  @Test
  void aDownEngineIsToldByTheNode() {
    node.pass(Duration.ofSeconds(2));
    node.runtime.down(true);
    node.pass(Duration.ofSeconds(15));
    assertEquals("False", ready());
    node.runtime.down(false);
    node.pass(Duration.ofSeconds(15));
    assertEquals("True", ready());
  }

  private String ready() {
    for (var c :
        node.api
            .get(ObjectKey.cluster(ResourceType.NODES, "n1"))
            .orElseThrow()
            .tree()
            .at("/status/conditions")) {
      if (c.path("type").asText().equals("Ready")) {
        return c.path("status").asText();
      }
    }
    return "";
  }
}

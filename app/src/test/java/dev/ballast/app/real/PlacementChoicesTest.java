package dev.ballast.app.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.app.Connection;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Profiles, image locality and dry runs over REST, on nodes of the test's own: they exist as
 * objects only, and a taint keeps everybody else's pods away.
 */
@Tag("clients")
@ExtendWith(SharedServer.Simulated.class)
class PlacementChoicesTest {

  private static final String TAINT = "placement-choices";
  private static final Map<String, String> FILLED =
      Map.of("choice-empty", "", "choice-half", "4;8Gi", "choice-cpu", "3200m;800Mi");

  private static Connection connection;
  private static ApiClient api;
  private static Kubectl kubectl;
  private static String namespace;

  @BeforeAll
  static void prepare(SharedServer.Running running) throws IOException {
    connection = Connection.of(running.server().kubeconfig());
    api = connection.client();
    namespace = running.namespace("choices");
    kubectl = running.kubectl("1.33", namespace);
    FILLED.forEach(
        (name, used) -> {
          create("/api/v1/nodes", node(name, name.equals("choice-half")));
          if (!used.isEmpty()) {
            String[] amounts = used.split(";");
            ObjectNode filler = pod("filler-" + name, "default-scheduler", amounts[0], amounts[1]);
            filler.withObjectProperty("spec").put("nodeName", name);
            create(pods(), filler);
          }
        });
  }

  @AfterAll
  static void cleanUp() {
    FILLED.keySet().forEach(name -> delete(pods() + "/filler-" + name + "?gracePeriodSeconds=0"));
    FILLED.keySet().forEach(name -> delete("/api/v1/nodes/" + name));
    delete("/apis/ballast.dev/v1/schedulingprofiles/mine");
    connection.close();
  }

  @Test
  void profilesPlaceDifferentlyAndObeyAtRunTime() {
    assertEquals("choice-empty", placeOf("default-scheduler", "ballast.local/none:1"));
    assertEquals("choice-half", placeOf("ballast-pack", "ballast.local/none:1"));
    assertEquals("choice-cpu", placeOf("ballast-balanced", "ballast.local/none:1"));
    ObjectNode mine = Json.object();
    mine.putObject("metadata").put("name", "mine");
    mine.putObject("spec").put("schedulerName", "mine").put("strategy", "Spread");
    ObjectNode made = create("/apis/ballast.dev/v1/schedulingprofiles", mine);
    assertEquals(1, made.at("/spec/weights/leastAllocated").asInt(), "defaults are visible");
    assertEquals("choice-empty", placeOf("mine", "ballast.local/none:1"));
    patch(
        "{'spec':{'strategy':'Pack','weights':{'leastAllocated':0,'mostAllocated':1,'newNode':1}}}");
    assertEquals("choice-half", placeOf("mine", "ballast.local/none:1"));
    patch("{'spec':{'weights':{'mostAllocated':0,'newNode':0,'balancedAllocation':10}}}");
    assertEquals("choice-cpu", placeOf("mine", "ballast.local/none:1"));
  }

  @Test
  void imagesThatAreThereCountByTheirWeight() {
    assertEquals("choice-half", placeOf("default-scheduler", "ballast.local/big:1"));
  }

  @Test
  void theThreeProfilesAreObjectsFromTheStart() {
    String table = kubectl.ok("get", "sprof");
    for (String name : List.of("spread", "pack", "balanced")) {
      assertTrue(table.contains(name), table);
    }
    String explained = kubectl.ok("explain", "schedulingprofile.spec.weights");
    assertTrue(explained.contains("mostAllocated"), explained);
  }

  @Test
  void aBadProfileIsRefusedWithItsFields() {
    ObjectNode bad = Json.object();
    bad.putObject("metadata").put("name", "bad");
    ObjectNode weights = bad.putObject("spec").put("schedulerName", "bad").putObject("weights");
    weights.put("leastAllocated", 1).put("mostAllocated", 1).put("imageLocality", 101);
    Answer.Refused refused =
        assertInstanceOf(
            Answer.Refused.class,
            api.post("/apis/ballast.dev/v1/schedulingprofiles", Json.bytes(bad)));
    List<String> fields =
        refused.failure().details().causes().stream().map(cause -> cause.field()).sorted().toList();
    assertEquals(List.of("spec.weights.imageLocality", "spec.weights.mostAllocated"), fields);
    assertEquals(422, refused.failure().code());
  }

  @Test
  void aDryRunTellsThePlanAndStoresNothing() {
    ObjectNode plan = plan();
    ((ObjectNode) plan.path("spec"))
        .withArrayProperty("pods")
        .add(pod("one", "ballast-pack", "400m", "4Gi"));
    ((ObjectNode) plan.path("spec"))
        .withArrayProperty("pods")
        .add(pod("two", "default-scheduler", "90", "1Gi"));
    String yaml = kubectl.runWithInput(plan.toString(), "create", "-f", "-", "-o", "yaml").ok();
    assertTrue(yaml.contains("node: choice-half"), yaml);
    JsonNode status = create(plans(), plan).path("status");
    assertEquals("one", status.at("/bindings/0/pod").asText(), status::toString);
    assertEquals("choice-half", status.at("/bindings/0/node").asText());
    assertEquals(1, status.at("/unplaced/0/index").asInt());
    assertTrue(status.at("/unplaced/0/message").asText().contains("3 Insufficient cpu"));
    assertInstanceOf(Answer.Refused.class, api.get(pods() + "/one"));
    assertInstanceOf(Answer.Refused.class, api.get(plans() + "/plan"));
  }

  @Test
  void whatIsWrongInADryRunIsToldWithItsPath() {
    ObjectNode plan = plan();
    ObjectNode bad = pod("one", "default-scheduler", "1", "1Gi");
    ((ObjectNode) bad.at("/spec/containers/0")).put("imagePullPolicy", "Perhaps");
    ((ObjectNode) plan.path("spec"))
        .withArrayProperty("pods")
        .add(pod("good", "ballast-pack", "1", "1Gi"))
        .add(bad);
    Answer.Refused refused =
        assertInstanceOf(Answer.Refused.class, api.post(plans(), Json.bytes(plan)));
    assertEquals(
        "spec.pods[1].spec.containers[0].imagePullPolicy",
        refused.failure().details().causes().getFirst().field());
  }

  private static ObjectNode plan() {
    ObjectNode plan =
        Json.object().put("apiVersion", "ballast.dev/v1").put("kind", "PlacementPlan");
    plan.putObject("spec").putArray("pods");
    return plan;
  }

  /** The node that a small pod with much memory gets; the pod goes again. */
  private static String placeOf(String scheduler, String image) {
    ObjectNode pod = pod("asker", scheduler, "400m", "4Gi");
    ((ObjectNode) pod.at("/spec/containers/0")).put("image", image);
    create(pods(), pod);
    String path = pods() + "/asker";
    String node =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> ((Answer.Done) api.get(path)).json().at("/spec/nodeName").asText(),
                name -> !name.isEmpty());
    delete(path + "?gracePeriodSeconds=0");
    await().atMost(Duration.ofSeconds(20)).until(() -> api.get(path) instanceof Answer.Refused);
    return node;
  }

  private static void patch(String patch) {
    assertInstanceOf(
        Answer.Done.class,
        api.send(
            "PATCH",
            "/apis/ballast.dev/v1/schedulingprofiles/mine",
            "application/merge-patch+json",
            patch.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  private static ObjectNode create(String path, ObjectNode object) {
    Answer answer = api.post(path, Json.bytes(object));
    return assertInstanceOf(Answer.Done.class, answer, answer::toString).json();
  }

  private static void delete(String path) {
    api.send("DELETE", path, new byte[0]);
  }

  private static String pods() {
    return "/api/v1/namespaces/" + namespace + "/pods";
  }

  private static String plans() {
    return "/apis/ballast.dev/v1/namespaces/" + namespace + "/placementplans";
  }

  private static ObjectNode node(String name, boolean hasImage) {
    ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
    ObjectNode metadata = node.putObject("metadata").put("name", name);
    metadata.putObject("labels").put("choices", "yes").put("kubernetes.io/hostname", name);
    ObjectNode taint = node.putObject("spec").putArray("taints").addObject();
    taint.put("key", TAINT).put("effect", "NoSchedule");
    ObjectNode status = node.putObject("status");
    for (String amounts : List.of("allocatable", "capacity")) {
      status.putObject(amounts).put("cpu", "8").put("memory", "16Gi").put("pods", "110");
    }
    if (hasImage) {
      ObjectNode image = status.putArray("images").addObject().put("sizeBytes", 3000L << 20);
      image.putArray("names").add("ballast.local/big:1");
    }
    return node;
  }

  private static ObjectNode pod(String name, String scheduler, String cpu, String memory) {
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", name);
    ObjectNode spec = pod.putObject("spec").put("schedulerName", scheduler);
    spec.putObject("nodeSelector").put("choices", "yes");
    // Nobody runs these nodes, and their taints say so.
    spec.putArray("tolerations").addObject().put("operator", "Exists");
    ObjectNode container = spec.putArray("containers").addObject().put("name", "c");
    container.put("image", "ballast.local/none:1").putObject("resources").putObject("requests");
    ((ObjectNode) container.at("/resources/requests")).put("cpu", cpu).put("memory", memory);
    return pod;
  }
}

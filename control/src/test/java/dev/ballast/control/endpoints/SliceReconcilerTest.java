package dev.ballast.control.endpoints;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.endpoints.SliceReconciler.EndpointSlice;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.MergePatch;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.time.Now;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SliceReconcilerTest {

  private static final Now NOW = new Now(Instant.EPOCH, 0);

  /** Slices as documents, by name: the world that decisions are performed on. */
  private final Map<String, ObjectNode> slices = new TreeMap<>();

  private int touched;

  private static Cached<Service> service() throws Exception {
    return new Cached<>(
        new ObjectKey(ResourceType.SERVICES, "default", "web"),
        1,
        Json.MAPPER.readValue(
            """
            {"metadata":{"name":"web","uid":"s","labels":{"team":"a"}},"spec":{"selector":{"app":"web"},
             "ports":[{"name":"http","port":80,"targetPort":"http"}]}}
            """,
            Service.class));
  }

  private static Cached<Pod> pod(int number, int port, boolean ready, boolean leaving)
      throws Exception {
    String name = "web-%04d".formatted(number);
    String json =
        """
        {"metadata":{"name":"%s","uid":"%s"%s},"spec":{"nodeName":"n1",
         "containers":[{"name":"main","ports":[{"name":"http","containerPort":%d}]}]},
         "status":{"phase":"Running","podIP":"10.0.0.1","conditions":[{"type":"Ready","status":"%s"}]}}
        """
            .formatted(
                name,
                name,
                leaving ? ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"" : "",
                port,
                ready ? "True" : "False");
    return new Cached<>(
        new ObjectKey(ResourceType.PODS, "default", name),
        1,
        Json.MAPPER.readValue(json, Pod.class));
  }

  private static List<Cached<Pod>> pods(int count) throws Exception {
    List<Cached<Pod>> pods = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pods.add(pod(i, 8080, true, false));
    }
    return pods;
  }

  private void reconcile(List<Cached<Pod>> pods) throws Exception {
    List<Cached<EndpointSlice>> known = new ArrayList<>();
    for (Map.Entry<String, ObjectNode> slice : slices.entrySet()) {
      known.add(
          new Cached<>(
              new ObjectKey(ResourceType.ENDPOINT_SLICES, "default", slice.getKey()),
              1,
              Json.MAPPER.treeToValue(slice.getValue(), EndpointSlice.class)));
    }
    touched = 0;
    SliceReconciler.View view = new SliceReconciler.View(service(), pods, known);
    for (Action action : new SliceReconciler().reconcile(view, NOW).actions()) {
      perform(action);
    }
  }

  private void perform(Action action) {
    switch (action) {
      case Action.Create create -> {
        slices.put("slice-" + slices.size(), Json.parse(Json.bytes(create.document())));
        touched++;
      }
      case Action.Patch patch -> {
        ObjectNode before = slices.get(patch.key().name());
        ObjectNode after = Json.parse(Json.bytes(MergePatch.apply(before, patch.patch())));
        touched += after.equals(before) ? 0 : 1;
        slices.put(patch.key().name(), after);
      }
      case Action.Delete delete -> {
        slices.remove(delete.key().name());
        touched++;
      }
      default -> throw new AssertionError(action);
    }
  }

  private List<Integer> sizes() {
    return slices.values().stream().map(slice -> slice.path("endpoints").size()).toList();
  }

  @Test
  void slicesHoldAHundred() throws Exception {
    reconcile(pods(250));
    assertEquals(List.of(100, 100, 50), sizes());
    reconcile(pods(250));
    assertEquals(0, touched);
  }

  @Test
  void oneChangeTouchesOneSlice() throws Exception {
    reconcile(pods(250));
    List<Cached<Pod>> fewer = pods(250);
    fewer.remove(120);
    reconcile(fewer);
    assertEquals(1, touched);
    assertEquals(List.of(100, 99, 50), sizes());
    reconcile(pods(250));
    assertEquals(1, touched, "the newcomer fills the gap");
  }

  @Test
  void podsOfOtherPortsHaveSlicesOfTheirOwn() throws Exception {
    reconcile(List.of(pod(1, 8080, true, false), pod(2, 9090, true, false)));
    assertEquals(List.of(1, 1), sizes());
  }

  @Test
  void conditionsFollowThePod() throws Exception {
    reconcile(List.of(pod(1, 80, true, false), pod(2, 80, false, false), pod(3, 80, true, true)));
    ObjectNode slice = slices.values().iterator().next();
    assertEquals(
        "{\"ready\":true,\"serving\":true,\"terminating\":false}",
        slice.at("/endpoints/0/conditions").toString());
    assertEquals(
        "{\"ready\":false,\"serving\":false,\"terminating\":false}",
        slice.at("/endpoints/1/conditions").toString());
    assertEquals(
        "{\"ready\":false,\"serving\":true,\"terminating\":true}",
        slice.at("/endpoints/2/conditions").toString());
    assertEquals("web", slice.at("/metadata/labels/kubernetes.io~1service-name").asText());
    assertEquals("a", slice.at("/metadata/labels/team").asText());
  }

  @Test
  void nobodyBehindItLeavesOneEmptySlice() throws Exception {
    reconcile(pods(3));
    reconcile(List.of());
    assertEquals(List.of(0), sizes());
    reconcile(List.of());
    assertEquals(0, touched);
    assertTrue(slices.values().iterator().next().path("ports").isEmpty());
  }
}

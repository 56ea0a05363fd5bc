package dev.ballast.control.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Owners;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps a Service's EndpointSlices: at most {@value #FULL} endpoints in one, all of one set of
 * ports. An endpoint stays in the slice it is in, so that a change touches few slices. Pure.
 */
final class SliceReconciler implements Reconciler<SliceReconciler.View> {

  static final int FULL = 100;
  static final String SERVICE_NAME = "kubernetes.io/service-name";
  static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  static final String MANAGER = "endpointslice-controller.k8s.io";
  private static final String HEADLESS = "service.kubernetes.io/headless";

  /** A discovery.k8s.io/v1 EndpointSlice; endpoints and ports stay as written. */
  record EndpointSlice(ObjectMeta metadata, JsonNode endpoints, JsonNode ports) {
    EndpointSlice {
      endpoints = endpoints == null ? Json.object().arrayNode() : endpoints;
      ports = ports == null ? Json.object().arrayNode() : ports;
    }
  }

  record View(
      Cached<Service> service, List<Cached<Pod>> pods, List<Cached<EndpointSlice>> slices) {}

  /** A slice under construction. */
  private record Draft(Cached<EndpointSlice> base, JsonNode ports, List<Backend> backends) {}

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    Service service = view.service().value();
    if (service.metadata().isDeleting() || !service.isSelecting()) {
      return Decision.nothing();
    }
    List<Draft> drafts = drafts(view, Backend.of(service, view.pods()));
    List<Action> actions = new ArrayList<>();
    List<Cached<EndpointSlice>> unused = new ArrayList<>(view.slices());
    for (Draft draft : drafts) {
      unused.remove(draft.base());
      actions.add(write(view.service(), draft));
    }
    for (Cached<EndpointSlice> slice : unused) {
      actions.add(
          new Action.Delete(slice.key(), DeleteOptions.ofUid(slice.value().metadata().uid())));
    }
    return Decision.of(actions);
  }

  private static List<Draft> drafts(View view, List<Backend> backends) {
    Map<String, List<Backend>> byPorts = new TreeMap<>();
    Map<String, JsonNode> ports = new TreeMap<>();
    for (Backend backend : backends) {
      JsonNode node = ports(backend.ports());
      byPorts.computeIfAbsent(node.toString(), key -> new ArrayList<>()).add(backend);
      ports.put(node.toString(), node);
    }
    if (byPorts.isEmpty()) {
      // A Service that nobody stands behind still has a slice that says so.
      Cached<EndpointSlice> base = view.slices().isEmpty() ? null : view.slices().getFirst();
      return List.of(new Draft(base, Json.object().arrayNode(), List.of()));
    }
    List<Draft> drafts = new ArrayList<>();
    List<Cached<EndpointSlice>> free = new ArrayList<>(view.slices());
    byPorts.forEach((key, group) -> drafts.addAll(distribute(group, ports.get(key), free)));
    return drafts;
  }

  private static List<Draft> distribute(
      List<Backend> group, JsonNode ports, List<Cached<EndpointSlice>> free) {
    Map<String, Backend> left = new LinkedHashMap<>();
    group.forEach(backend -> left.put(backend.uid(), backend));
    List<Draft> drafts = new ArrayList<>();
    for (Cached<EndpointSlice> slice : List.copyOf(free)) {
      List<Backend> stay = new ArrayList<>();
      for (JsonNode endpoint : slice.value().endpoints()) {
        Backend backend =
            same(slice.value().ports(), ports)
                ? left.remove(endpoint.at("/targetRef/uid").asText())
                : null;
        if (backend != null) {
          stay.add(backend);
        }
      }
      if (!stay.isEmpty()) {
        free.remove(slice);
        drafts.add(new Draft(slice, ports, stay));
      }
    }
    for (Backend backend : left.values()) {
      place(backend, ports, drafts, free);
    }
    return drafts;
  }

  private static void place(
      Backend backend, JsonNode ports, List<Draft> drafts, List<Cached<EndpointSlice>> free) {
    for (Draft draft : drafts) {
      if (draft.backends().size() < FULL) {
        draft.backends().add(backend);
        return;
      }
    }
    Cached<EndpointSlice> base = free.isEmpty() ? null : free.removeFirst();
    drafts.add(new Draft(base, ports, new ArrayList<>(List.of(backend))));
  }

  private static boolean same(JsonNode one, JsonNode other) {
    return one.toString().equals(other.toString());
  }

  private static JsonNode ports(List<Backend.Port> ports) {
    ArrayNode list = Json.object().arrayNode();
    for (Backend.Port port : ports) {
      ObjectNode node = list.addObject().put("name", port.name());
      node.put("protocol", port.protocol()).put("port", port.number());
      if (!port.appProtocol().isEmpty()) {
        node.put("appProtocol", port.appProtocol());
      }
    }
    return list;
  }

  private static Action write(Cached<Service> service, Draft draft) {
    ObjectNode content = Json.object();
    ObjectNode labels = content.putObject("metadata").putObject("labels");
    service.value().metadata().labels().forEach(labels::put);
    labels.put(SERVICE_NAME, service.key().name()).put(MANAGED_BY, MANAGER);
    if (service.value().isHeadless()) {
      labels.put(HEADLESS, "");
    }
    ArrayNode endpoints = content.putArray("endpoints");
    draft.backends().forEach(backend -> endpoints.add(endpoint(service, backend)));
    content.set("ports", draft.ports());
    if (draft.base() != null) {
      return new Action.Patch(draft.base().key(), draft.base().revision(), "", content);
    }
    ObjectNode slice =
        Json.object().put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
    slice.put("addressType", "IPv4");
    slice.setAll(content);
    ObjectNode metadata = slice.withObject("/metadata");
    metadata.put("namespace", service.key().namespace());
    metadata.put("generateName", service.key().name() + "-");
    metadata
        .putArray("ownerReferences")
        .add(Owners.node(Owners.controller("v1", "Service", service.value().metadata())));
    return new Action.Create(
        new ObjectKey(ResourceType.ENDPOINT_SLICES, service.key().namespace(), ""), slice);
  }

  private static ObjectNode endpoint(Cached<Service> service, Backend backend) {
    ObjectNode node = Json.object();
    node.putArray("addresses").add(backend.pod().value().status().podIP());
    node.putObject("conditions")
        .put("ready", backend.ready())
        .put("serving", backend.serving())
        .put("terminating", backend.leaving());
    String hostname = backend.hostname(service.key().name());
    if (!hostname.isEmpty()) {
      node.put("hostname", hostname);
    }
    if (backend.pod().value().isBound()) {
      node.put("nodeName", backend.pod().value().spec().nodeName());
    }
    node.set("targetRef", backend.targetRef());
    return node;
  }
}

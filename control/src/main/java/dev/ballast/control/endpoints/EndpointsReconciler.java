package dev.ballast.control.endpoints;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
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
import java.util.Optional;

/**
 * Keeps a Service's Endpoints, for those who do not read slices yet: addresses grouped by their
 * ports, at most {@value #MOST} in all. Pods on their way out are not in it. Pure.
 */
final class EndpointsReconciler implements Reconciler<EndpointsReconciler.View> {

  static final int MOST = 1000;
  private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
  private static final String MANAGER = "endpoint-controller";

  /**
   * @param service empty when it is gone
   * @param endpoints the object of its name
   */
  record View(
      ObjectKey key,
      Optional<Cached<Service>> service,
      List<Cached<Pod>> pods,
      Optional<Cached<Meta>> endpoints) {}

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    if (view.service().isEmpty()) {
      return Decision.of(removeOurs(view));
    }
    Service service = view.service().get().value();
    if (service.metadata().isDeleting() || !service.isSelecting()) {
      return Decision.nothing();
    }
    ObjectNode content = Json.object();
    ObjectNode labels = content.putObject("metadata").putObject("labels");
    service.metadata().labels().forEach(labels::put);
    labels.put(MANAGED_BY, MANAGER);
    if (service.isHeadless()) {
      labels.put("service.kubernetes.io/headless", "");
    }
    ArrayNode subsets = subsets(view, service);
    if (subsets.isEmpty()) {
      content.putNull("subsets");
    } else {
      content.set("subsets", subsets);
    }
    return Decision.of(List.of(write(view, content)));
  }

  private static List<Action> removeOurs(View view) {
    return view.endpoints().stream()
        .filter(e -> MANAGER.equals(e.value().metadata().labels().get(MANAGED_BY)))
        .map(
            e ->
                (Action)
                    new Action.Delete(e.key(), DeleteOptions.ofUid(e.value().metadata().uid())))
        .toList();
  }

  private static Action write(View view, ObjectNode content) {
    ObjectKey key =
        new ObjectKey(ResourceType.ENDPOINTS, view.key().namespace(), view.key().name());
    if (view.endpoints().isPresent()) {
      return new Action.Patch(key, view.endpoints().get().revision(), "", content);
    }
    ObjectNode endpoints = Json.object().put("apiVersion", "v1").put("kind", "Endpoints");
    endpoints.setAll(content);
    endpoints.withObject("/metadata").put("name", key.name()).put("namespace", key.namespace());
    if (endpoints.path("subsets").isNull()) {
      endpoints.remove("subsets");
    }
    return new Action.Create(key, endpoints);
  }

  private static ArrayNode subsets(View view, Service service) {
    Map<List<Backend.Port>, List<Backend>> byPorts = new LinkedHashMap<>();
    Backend.of(service, view.pods()).stream()
        .filter(backend -> !backend.leaving())
        .limit(MOST)
        .forEach(b -> byPorts.computeIfAbsent(b.ports(), p -> new ArrayList<>()).add(b));
    ArrayNode subsets = Json.object().arrayNode();
    byPorts.forEach(
        (ports, backends) -> {
          ObjectNode subset = subsets.addObject();
          addresses(subset, "addresses", view, backends, true);
          addresses(subset, "notReadyAddresses", view, backends, false);
          if (!ports.isEmpty()) {
            ports(subset.putArray("ports"), ports);
          }
        });
    return subsets;
  }

  private static void addresses(
      ObjectNode subset, String field, View view, List<Backend> backends, boolean ready) {
    List<Backend> chosen = backends.stream().filter(b -> b.ready() == ready).toList();
    if (chosen.isEmpty()) {
      return;
    }
    ArrayNode list = subset.putArray(field);
    for (Backend backend : chosen) {
      ObjectNode address = list.addObject().put("ip", backend.pod().value().status().podIP());
      String hostname = backend.hostname(view.key().name());
      if (!hostname.isEmpty()) {
        address.put("hostname", hostname);
      }
      address.put("nodeName", backend.pod().value().spec().nodeName());
      address.set("targetRef", backend.targetRef());
    }
  }

  private static void ports(ArrayNode list, List<Backend.Port> ports) {
    for (Backend.Port port : ports) {
      ObjectNode node = list.addObject();
      if (!port.name().isEmpty()) {
        node.put("name", port.name());
      }
      node.put("port", port.number()).put("protocol", port.protocol());
      if (!port.appProtocol().isEmpty()) {
        node.put("appProtocol", port.appProtocol());
      }
    }
  }
}

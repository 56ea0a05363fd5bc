package dev.ballast.control.endpoints;

import dev.ballast.control.endpoints.SliceReconciler.EndpointSlice;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Trigger;
import dev.ballast.control.workload.Pods;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The controllers of EndpointSlices and Endpoints: what wakes them and what they see. */
public final class ServiceEndpoints {

  private static final Index<Service> BY_NAMESPACE =
      new Index<>("namespace", service -> List.of(service.key().namespace()));

  /** Our slices by namespace and name of their Service. */
  private static final Index<EndpointSlice> BY_SERVICE =
      new Index<>("service", slice -> serviceName(slice).stream().toList());

  private final Informer<Service> services;
  private final Informer<Pod> pods;

  private ServiceEndpoints(Informers informers) {
    services = informers.of(ResourceType.SERVICES, Service.class);
    pods = informers.of(ResourceType.PODS, Pod.class);
  }

  public static List<Controller<?>> controllers(Informers informers) {
    ServiceEndpoints self = new ServiceEndpoints(informers);
    return List.of(self.slices(informers), self.endpoints(informers));
  }

  private Controller<?> slices(Informers informers) {
    Informer<EndpointSlice> slices =
        informers.of(ResourceType.ENDPOINT_SLICES, EndpointSlice.class);
    return new Controller<SliceReconciler.View>(
        "endpoint_slice",
        "endpoint-slice-controller",
        List.of(
            Trigger.itself(services),
            Trigger.each(pods, this::concerned),
            Trigger.each(
                slices,
                slice -> serviceName(slice).map(n -> List.of(key(slice, n))).orElse(List.of()))),
        (key, refusal) ->
            services
                .get(key)
                .map(
                    service ->
                        new SliceReconciler.View(
                            service,
                            selected(service),
                            slices.find(BY_SERVICE, key.namespace() + "/" + key.name()))),
        new SliceReconciler(),
        4,
        java.time.Duration.ofMinutes(10));
  }

  private Controller<?> endpoints(Informers informers) {
    Informer<Meta> endpoints = informers.of(ResourceType.ENDPOINTS, Meta.class);
    return new Controller<EndpointsReconciler.View>(
        "endpoint",
        "endpoint-controller",
        List.of(
            Trigger.itself(services),
            Trigger.each(pods, this::concerned),
            Trigger.each(
                endpoints,
                e ->
                    List.of(
                        new ObjectKey(
                            ResourceType.SERVICES, e.key().namespace(), e.key().name())))),
        (key, refusal) -> {
          Optional<Cached<Service>> service = services.get(key);
          return Optional.of(
              new EndpointsReconciler.View(
                  key,
                  service,
                  service.map(this::selected).orElse(List.of()),
                  endpoints.get(
                      new ObjectKey(ResourceType.ENDPOINTS, key.namespace(), key.name()))));
        },
        new EndpointsReconciler(),
        4,
        java.time.Duration.ofMinutes(10));
  }

  private List<Cached<Pod>> selected(Cached<Service> service) {
    Map<String, String> selector = service.value().spec().selector();
    return pods.find(Pods.BY_NAMESPACE, service.key().namespace()).stream()
        .filter(pod -> selects(selector, pod))
        .toList();
  }

  private static boolean selects(Map<String, String> selector, Cached<Pod> pod) {
    return !selector.isEmpty()
        && pod.value().metadata().labels().entrySet().containsAll(selector.entrySet());
  }

  private Collection<ObjectKey> concerned(Cached<Pod> pod) {
    return services.find(BY_NAMESPACE, pod.key().namespace()).stream()
        .filter(service -> selects(service.value().spec().selector(), pod))
        .map(Cached::key)
        .toList();
  }

  private static Optional<String> serviceName(Cached<EndpointSlice> slice) {
    Map<String, String> labels = slice.value().metadata().labels();
    return SliceReconciler.MANAGER.equals(labels.get(SliceReconciler.MANAGED_BY))
        ? Optional.ofNullable(labels.get(SliceReconciler.SERVICE_NAME))
            .map(name -> slice.key().namespace() + "/" + name)
        : Optional.empty();
  }

  private static ObjectKey key(Cached<?> slice, String qualified) {
    return new ObjectKey(
        ResourceType.SERVICES,
        slice.key().namespace(),
        qualified.substring(qualified.indexOf('/') + 1));
  }
}

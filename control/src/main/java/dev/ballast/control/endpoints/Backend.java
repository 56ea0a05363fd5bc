package dev.ballast.control.endpoints;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.model.Pod;
import dev.ballast.core.model.PodSpec;
import dev.ballast.core.resource.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod behind a Service: where it is reached, and whether it should be. Pure.
 *
 * @param ports the Service's ports as this pod has them; one whose name the pod does not know is
 *     left out
 */
record Backend(Cached<Pod> pod, List<Port> ports, boolean ready, boolean serving, boolean leaving) {

  record Port(String name, int number, String protocol, String appProtocol) {}

  /** The selected pods that have an address and have not ended, in name order. */
  static List<Backend> of(Service service, List<Cached<Pod>> selected) {
    List<Backend> backends = new ArrayList<>();
    for (Cached<Pod> pod : selected) {
      if (!pod.value().status().podIP().isEmpty() && !pod.value().isTerminal()) {
        boolean serving = pod.value().isReady();
        boolean leaving = pod.value().metadata().isDeleting();
        boolean ready = service.spec().publishNotReadyAddresses() || (serving && !leaving);
        backends.add(new Backend(pod, ports(service, pod.value()), ready, serving, leaving));
      }
    }
    return backends;
  }

  private static List<Port> ports(Service service, Pod pod) {
    List<Port> ports = new ArrayList<>();
    for (Service.Port port : service.spec().ports()) {
      target(port, pod)
          .ifPresent(
              number ->
                  ports.add(new Port(port.name(), number, port.protocol(), port.appProtocol())));
    }
    return ports;
  }

  private static Optional<Integer> target(Service.Port port, Pod pod) {
    if (port.targetPort() == null || port.targetPort().isNull()) {
      return Optional.of(port.port());
    }
    if (port.targetPort().isNumber()) {
      int number = port.targetPort().asInt();
      return Optional.of(number == 0 ? port.port() : number);
    }
    String name = port.targetPort().asText();
    return Stream.of(pod.spec().containers(), sidecars(pod))
        .flatMap(List::stream)
        .flatMap(container -> container.ports().stream())
        .filter(p -> p.name().equals(name) && p.protocol().equals(port.protocol()))
        .map(PodSpec.ContainerPort::containerPort)
        .findFirst();
  }

  private static List<PodSpec.Container> sidecars(Pod pod) {
    return pod.spec().initContainers().stream()
        .filter(container -> container.restartPolicy().equals("Always"))
        .toList();
  }

  String uid() {
    return pod.value().metadata().uid();
  }

  ObjectNode targetRef() {
    return Json.object()
        .put("kind", "Pod")
        .put("namespace", pod.key().namespace())
        .put("name", pod.key().name())
        .put("uid", uid());
  }

  /** The name that DNS gives this pod within a headless Service; "" for none. */
  String hostname(String service) {
    PodSpec spec = pod.value().spec();
    return spec.subdomain().equals(service) ? spec.hostname() : "";
  }
}

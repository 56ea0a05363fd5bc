package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.Resources.Outcome;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.Resources.WriteOptions;
import java.util.List;
import java.util.Optional;

/**
 * The objects that a cluster has before anybody made any. Runs at every start: what is missing is
 * created, what differs is set right, anything else is left alone. Any member may run it, at the
 * same time as others.
 */
public final class Bootstrap {

  private static final List<String> NAMESPACES =
      List.of("default", "kube-system", "kube-public", "kube-node-lease");

  private static final WriteOptions OPTIONS = WriteOptions.by(User.CONTROL_PLANE);

  private final Resources resources;
  private final KindRegistry kinds;

  public Bootstrap(Resources resources, KindRegistry kinds) {
    this.resources = resources;
    this.kinds = kinds;
  }

  /**
   * @param caPem certificate of the cluster's authority, for clients in pods
   * @param serviceAddress cluster address of the API's own Service
   * @param addresses IPv4 addresses where the API listens, reachable from pods
   * @param port where it listens
   * @return what went wrong; empty when everything is there
   */
  public Optional<Failure> run(
      String caPem, String serviceAddress, List<String> addresses, int port) {
    for (String namespace : NAMESPACES) {
      Optional<Failure> failure = namespace(namespace, caPem);
      if (failure.isPresent()) {
        return failure;
      }
    }
    return priorityClass("system-node-critical", 2_000_001_000, "node")
        .or(() -> priorityClass("system-cluster-critical", 2_000_000_000, "cluster"))
        .or(() -> profile("spread", "default-scheduler", "Spread"))
        .or(() -> profile("pack", "ballast-pack", "Pack"))
        .or(() -> profile("balanced", "ballast-balanced", "Balanced"))
        .or(() -> service(serviceAddress, port))
        .or(() -> ensure(ResourceType.ENDPOINTS, "default", endpoints(addresses, port)))
        .or(() -> ensure(ResourceType.ENDPOINT_SLICES, "default", slice(addresses, port)));
  }

  private Optional<Failure> namespace(String name, String caPem) {
    ObjectNode authority = named("kube-root-ca.crt");
    authority.putObject("data").put("ca.crt", caPem);
    return ensure(ResourceType.NAMESPACES, "", named(name))
        .or(() -> ensure(ResourceType.SERVICE_ACCOUNTS, name, named("default")))
        .or(() -> ensure(ResourceType.CONFIG_MAPS, name, authority));
  }

  private Optional<Failure> priorityClass(String name, int value, String whose) {
    ObjectNode priorityClass = named(name);
    priorityClass
        .put("value", value)
        .put("description", "For pods without which the " + whose + " does not work.");
    return ensure(ResourceType.PRIORITY_CLASSES, "", priorityClass);
  }

  /** Made where it is missing; what people changed in it stays. */
  private Optional<Failure> profile(String name, String scheduler, String strategy) {
    ObjectNode profile = named(name);
    profile.putObject("spec").put("schedulerName", scheduler).put("strategy", strategy);
    return create(ResourceType.SCHEDULING_PROFILES, "", profile) instanceof Outcome.Failed failed
            && !isThere(failed)
        ? Optional.of(failed.failure())
        : Optional.empty();
  }

  private Optional<Failure> service(String address, int port) {
    ObjectNode service = named("kubernetes");
    service
        .withObjectProperty("metadata")
        .putObject("labels")
        .put("component", "apiserver")
        .put("provider", "kubernetes");
    ObjectNode spec = service.putObject("spec").put("clusterIP", address);
    spec.putArray("ports")
        .addObject()
        .put("name", "https")
        .put("protocol", "TCP")
        .put("port", 443)
        .put("targetPort", port);
    return ensure(ResourceType.SERVICES, "default", service);
  }

  private static ObjectNode endpoints(List<String> addresses, int port) {
    ObjectNode endpoints = named("kubernetes");
    endpoints
        .withObjectProperty("metadata")
        .putObject("labels")
        .put("endpointslice.kubernetes.io/skip-mirror", "true");
    ObjectNode subset = endpoints.putArray("subsets").addObject();
    var targets = subset.putArray("addresses");
    addresses.forEach(address -> targets.addObject().put("ip", address));
    port(subset.putArray("ports").addObject(), port);
    return endpoints;
  }

  private static ObjectNode slice(List<String> addresses, int port) {
    ObjectNode slice = named("kubernetes");
    slice
        .withObjectProperty("metadata")
        .putObject("labels")
        .put("kubernetes.io/service-name", "kubernetes");
    slice.put("addressType", "IPv4");
    var endpoints = slice.putArray("endpoints");
    for (String address : addresses) {
      ObjectNode endpoint = endpoints.addObject();
      endpoint.putArray("addresses").add(address);
      endpoint.putObject("conditions").put("ready", true);
    }
    port(slice.putArray("ports").addObject(), port);
    return slice;
  }

  private static void port(ObjectNode target, int port) {
    target.put("name", "https").put("port", port).put("protocol", "TCP");
  }

  private static ObjectNode named(String name) {
    ObjectNode object = Json.object();
    object.putObject("metadata").put("name", name);
    return object;
  }

  /** An object that is there already gets the content, and keeps the metadata it has. */
  private Optional<Failure> ensure(ResourceType type, String namespace, ObjectNode object) {
    Outcome outcome = create(type, namespace, object);
    if (outcome instanceof Outcome.Failed failed && isThere(failed)) {
      String name = object.path("metadata").path("name").asText();
      ObjectNode content = object.deepCopy();
      content.remove("metadata");
      outcome = resources.patch(kind(type), namespace, name, "", PatchType.MERGE, content, OPTIONS);
    }
    return outcome instanceof Outcome.Failed failed
        ? Optional.of(failed.failure())
        : Optional.empty();
  }

  private Outcome create(ResourceType type, String namespace, ObjectNode object) {
    return resources.create(kind(type), namespace, object, OPTIONS);
  }

  private Kind kind(ResourceType type) {
    return kinds.stored(type).orElseThrow(() -> new IllegalStateException(type + " is not served"));
  }

  private static boolean isThere(Outcome.Failed failed) {
    return failed.failure().reason().equals("AlreadyExists");
  }
}

package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who holds which address and which node port. Each that is taken is an object of its own, created
 * in the Service's commit and removed with it, so two Services never get the same, whoever writes
 * them at the same time. An address is Kubernetes' own IPAddress; a port has an object of ours,
 * which is not served. Thread-safe.
 */
final class ServiceClaims {

  private static final ResourceType ADDRESSES =
      new ResourceType("networking.k8s.io", "ipaddresses");
  private static final ResourceType NODE_PORTS = new ResourceType("ballast.dev", "nodeports");

  private final Ids ids;

  ServiceClaims(Ids ids) {
    this.ids = ids;
  }

  static ObjectKey address(String address) {
    return ObjectKey.cluster(ADDRESSES, address);
  }

  static ObjectKey port(int port) {
    return ObjectKey.cluster(NODE_PORTS, Integer.toString(port));
  }

  /** The objects that stand for what a Service holds. */
  static Set<ObjectKey> of(ObjectNode spec) {
    Set<ObjectKey> claims = new LinkedHashSet<>();
    String address = spec.path("clusterIP").asText("");
    if (ServiceSpecs.hasAddress(spec) && !address.isEmpty() && !address.equals("None")) {
      claims.add(address(address));
    }
    for (JsonNode port : spec.path("ports")) {
      if (port.path("nodePort").asInt(0) != 0) {
        claims.add(port(port.path("nodePort").asInt()));
      }
    }
    return claims;
  }

  /**
   * Takes what is new and lets go of what is no longer held; empty specs hold nothing.
   *
   * @return what another Service holds already
   */
  List<Failure.Cause> exchange(
      ObjectKey service, State state, ObjectNode before, ObjectNode after) {
    List<Failure.Cause> taken = new ArrayList<>();
    Set<ObjectKey> released = of(before);
    for (ObjectKey claim : of(after)) {
      if (!released.remove(claim)) {
        take(service, state, after, claim).ifPresent(taken::add);
      }
    }
    released.forEach(claim -> release(service, state, claim));
    return taken;
  }

  private Optional<Failure.Cause> take(
      ObjectKey service, State state, ObjectNode spec, ObjectKey claim) {
    if (state.get(claim).isPresent()) {
      return Optional.of(
          claim.type().equals(ADDRESSES) ? addressTaken(claim.name()) : portTaken(spec, claim));
    }
    ObjectNode object = Json.object();
    boolean address = claim.type().equals(ADDRESSES);
    object.put("apiVersion", address ? "networking.k8s.io/v1" : "ballast.dev/v1");
    object.put("kind", address ? "IPAddress" : "NodePort");
    object.putObject("metadata").put("name", claim.name()).put("uid", ids.uid());
    object
        .putObject("spec")
        .putObject("parentRef")
        .put("resource", "services")
        .put("namespace", service.namespace())
        .put("name", service.name());
    state.create(claim, object);
    return Optional.empty();
  }

  private static Failure.Cause addressTaken(String address) {
    return FieldErrors.invalid(
        "spec.clusterIPs",
        Json.object().arrayNode().add(address),
        "failed to allocate IP " + address + ": provided IP is already allocated");
  }

  private static Failure.Cause portTaken(ObjectNode spec, ObjectKey claim) {
    JsonNode ports = spec.path("ports");
    int at = 0;
    while (!ports.get(at).path("nodePort").asText().equals(claim.name())) {
      at++;
    }
    return FieldErrors.invalid(
        "spec.ports[" + at + "].nodePort",
        ports.get(at).path("nodePort"),
        "provided port is already allocated");
  }

  /** Only what is this Service's own. */
  private static void release(ObjectKey service, State state, ObjectKey claim) {
    state
        .get(claim)
        .map(object -> object.path("spec").path("parentRef"))
        .filter(
            owner ->
                owner.path("namespace").asText().equals(service.namespace())
                    && owner.path("name").asText().equals(service.name()))
        .ifPresent(owner -> state.remove(claim));
  }
}

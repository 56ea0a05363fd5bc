package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Gives Services their cluster address and node ports. Every address and every port that is taken
 * is an object of its own, created in the Service's commit and removed with it: two Services can
 * never get the same, and nothing is searched for what is free. The address objects are Kubernetes'
 * own IPAddress; ports have an object of ours, which is not served.
 */
final class ServiceAllocation implements Admission {

  static final ResourceType ADDRESSES = new ResourceType("networking.k8s.io", "ipaddresses");
  static final ResourceType NODE_PORTS = new ResourceType("ballast.dev", "nodeports");
  private static final int FIRST_PORT = 30_000;
  private static final int PORTS = 2_768;

  /** Left to those who ask for a port: KEP-3668. */
  private static final int RESERVED_PORTS = 86;

  private final AddressRange range;
  private final Ids ids;

  ServiceAllocation(AddressRange range, Ids ids) {
    this.range = range;
    this.ids = ids;
  }

  @Override
  public Optional<Failure> admit(Review review, State state) {
    if (!review.key().type().equals(ResourceType.SERVICES) || !review.subresource().isEmpty()) {
      return Optional.empty();
    }
    return switch (review.operation()) {
      case CREATE -> allocate(review, state, Json.object());
      case UPDATE -> {
        ServiceSpecs.carryOver(spec(review.document()), spec(review.previous()));
        yield allocate(review, state, spec(review.previous()));
      }
      case DELETE -> Optional.empty();
      case REMOVE -> {
        release(state, review, claims(spec(review.document())));
        yield Optional.empty();
      }
    };
  }

  private static ObjectNode spec(ObjectNode service) {
    return service.withObjectProperty("spec");
  }

  private Optional<Failure> allocate(Review review, State state, ObjectNode previous) {
    ObjectNode spec = spec(review.document());
    List<Failure.Cause> wrong = outOfRange(spec);
    if (wrong.isEmpty()) {
      Optional<Failure> full = fill(review, state, spec);
      if (full.isPresent()) {
        return full;
      }
      wrong = exchange(review, state, spec, claims(previous));
    }
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(Failures.invalid("", "Service", review.key().name(), wrong));
  }

  /** Takes what is new, lets go of what is no longer held. */
  private List<Failure.Cause> exchange(
      Review review, State state, ObjectNode spec, Set<ObjectKey> before) {
    List<Failure.Cause> wrong = new ArrayList<>();
    Set<ObjectKey> after = claims(spec);
    for (ObjectKey claim : after) {
      if (!before.contains(claim)) {
        take(review, state, spec, claim).ifPresent(wrong::add);
      }
    }
    before.removeAll(after);
    release(state, review, before);
    return wrong;
  }

  private Optional<Failure> fill(Review review, State state, ObjectNode spec) {
    if (ServiceSpecs.hasAddress(spec)) {
      if (spec.path("clusterIP").asText("").isEmpty()) {
        Optional<String> free = freeAddress(review, state);
        if (free.isEmpty()) {
          return Optional.of(full("failed to allocate a serviceIP: range is full"));
        }
        spec.put("clusterIP", free.get());
      }
      ServiceSpecs.completeFamilies(spec);
    }
    return ServiceSpecs.hasNodePorts(spec) ? fillPorts(review, state, spec) : Optional.empty();
  }

  private static Optional<Failure> fillPorts(Review review, State state, ObjectNode spec) {
    Set<Integer> chosen = new HashSet<>();
    spec.path("ports").forEach(port -> chosen.add(port.path("nodePort").asInt(0)));
    for (JsonNode port : spec.path("ports")) {
      if (port.path("nodePort").asInt(0) == 0) {
        OptionalInt free = ServiceSpecs.nodePortOfTwin(spec, port);
        if (free.isEmpty()) {
          free = freePort(review, state, chosen);
        }
        if (free.isEmpty()) {
          return Optional.of(full("failed to allocate a nodePort: range is full"));
        }
        chosen.add(free.getAsInt());
        ((ObjectNode) port).put("nodePort", free.getAsInt());
      }
    }
    return Optional.empty();
  }

  private static Failure full(String why) {
    return new Failure(500, "InternalError", "Internal error occurred: " + why);
  }

  /** Starts at a place of the Service's own, so that two at once seldom want the same. */
  private Optional<String> freeAddress(Review review, State state) {
    long places = range.size() - 1 - range.reserved();
    long start = Math.floorMod(review.key().toString().hashCode(), places);
    return LongStream.range(0, places)
        .mapToObj(step -> range.at(range.reserved() + (start + step) % places))
        .filter(address -> state.get(ObjectKey.cluster(ADDRESSES, address)).isEmpty())
        .findFirst();
  }

  private static OptionalInt freePort(Review review, State state, Set<Integer> chosen) {
    int places = PORTS - RESERVED_PORTS;
    int start = Math.floorMod(review.key().toString().hashCode(), places);
    return IntStream.range(0, places)
        .map(step -> FIRST_PORT + RESERVED_PORTS + (start + step) % places)
        .filter(port -> !chosen.contains(port) && state.get(portKey(port)).isEmpty())
        .findFirst();
  }

  private List<Failure.Cause> outOfRange(ObjectNode spec) {
    List<Failure.Cause> wrong = new ArrayList<>();
    String address = spec.path("clusterIP").asText("");
    if (ServiceSpecs.hasAddress(spec)
        && !address.isEmpty()
        && !address.equals("None")
        && !range.contains(address)) {
      wrong.add(
          FieldErrors.invalid(
              "spec.clusterIPs",
              Json.object().arrayNode().add(address),
              "failed to allocate IP %s: the provided IP (%s) is not in the valid range. The range of valid IPs is %s"
                  .formatted(address, address, range.cidr())));
    }
    wrong.addAll(ServiceSpecs.otherFamilies(spec));
    JsonNode ports = spec.path("ports");
    for (int i = 0; i < ports.size() && ServiceSpecs.hasNodePorts(spec); i++) {
      int port = ports.get(i).path("nodePort").asInt(0);
      if (port != 0 && (port < FIRST_PORT || port >= FIRST_PORT + PORTS)) {
        wrong.add(
            FieldErrors.invalid(
                "spec.ports[" + i + "].nodePort",
                port,
                "provided port is not in the valid range. The range of valid ports is %d-%d"
                    .formatted(FIRST_PORT, FIRST_PORT + PORTS - 1)));
      }
    }
    return wrong;
  }

  private Optional<Failure.Cause> take(
      Review review, State state, ObjectNode spec, ObjectKey claim) {
    if (state.get(claim).isPresent()) {
      return Optional.of(taken(spec, claim));
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
        .put("namespace", review.key().namespace())
        .put("name", review.key().name());
    state.create(claim, object);
    return Optional.empty();
  }

  private static Failure.Cause taken(ObjectNode spec, ObjectKey claim) {
    if (claim.type().equals(ADDRESSES)) {
      return FieldErrors.invalid(
          "spec.clusterIPs",
          Json.object().arrayNode().add(claim.name()),
          "failed to allocate IP " + claim.name() + ": provided IP is already allocated");
    }
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

  /** Only what is still this Service's own. */
  private static void release(State state, Review review, Set<ObjectKey> claims) {
    for (ObjectKey claim : claims) {
      state
          .get(claim)
          .map(object -> object.path("spec").path("parentRef"))
          .filter(
              owner ->
                  owner.path("namespace").asText().equals(review.key().namespace())
                      && owner.path("name").asText().equals(review.key().name()))
          .ifPresent(owner -> state.remove(claim));
    }
  }

  /** The objects that stand for what a Service holds. */
  private static Set<ObjectKey> claims(ObjectNode spec) {
    Set<ObjectKey> claims = new LinkedHashSet<>();
    String address = spec.path("clusterIP").asText("");
    if (ServiceSpecs.hasAddress(spec) && !address.isEmpty() && !address.equals("None")) {
      claims.add(ObjectKey.cluster(ADDRESSES, address));
    }
    if (spec.path("ports") instanceof ArrayNode ports) {
      ports.forEach(
          port -> {
            if (port.path("nodePort").asInt(0) != 0) {
              claims.add(portKey(port.path("nodePort").asInt()));
            }
          });
    }
    return claims;
  }

  private static ObjectKey portKey(int port) {
    return ObjectKey.cluster(NODE_PORTS, Integer.toString(port));
  }
}

package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Gives Services their cluster address and node ports, which they keep. Thread-safe. */
final class ServiceAllocation implements Admission {

  private static final int FIRST_PORT = 30_000;
  private static final int PORTS = 2_768;

  /** Left to those who ask for a port: KEP-3668. */
  private static final int RESERVED_PORTS = 86;

  private final AddressRange range;
  private final ServiceClaims claims;

  ServiceAllocation(AddressRange range, Ids ids) {
    this.range = range;
    this.claims = new ServiceClaims(ids);
  }

  @Override
  public Optional<Failure> admit(Review review, State state) {
    if (!review.key().type().equals(ResourceType.SERVICES)) {
      return Optional.empty();
    }
    return switch (review.operation()) {
      case CREATE -> allocate(review, state, Json.object());
      case UPDATE -> {
        if (!review.subresource().isEmpty()) {
          yield Optional.empty();
        }
        ServiceSpecs.carryOver(spec(review.document()), spec(review.previous()));
        yield allocate(review, state, spec(review.previous()));
      }
      case DELETE -> Optional.empty();
      case REMOVE -> {
        claims.exchange(review.key(), state, spec(review.document()), Json.object());
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
      wrong = claims.exchange(review.key(), state, previous, spec);
    }
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(Failures.invalid("", "Service", review.key().name(), wrong));
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
        .filter(address -> state.get(ServiceClaims.address(address)).isEmpty())
        .findFirst();
  }

  private static OptionalInt freePort(Review review, State state, Set<Integer> chosen) {
    int places = PORTS - RESERVED_PORTS;
    int start = Math.floorMod(review.key().toString().hashCode(), places);
    return IntStream.range(0, places)
        .map(step -> FIRST_PORT + RESERVED_PORTS + (start + step) % places)
        .filter(port -> !chosen.contains(port) && state.get(ServiceClaims.port(port)).isEmpty())
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
}

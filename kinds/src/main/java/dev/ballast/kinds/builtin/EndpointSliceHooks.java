package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.Addresses;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.kinds.schema.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** EndpointSlices. Stateless. */
final class EndpointSliceHooks extends MetadataHooks {

  private static final int MOST_ENDPOINTS = 1000;
  private static final int MOST_ADDRESSES = 100;

  EndpointSliceHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    String type = document.path("addressType").asText("");
    JsonNode endpoints = document.path("endpoints");
    if (endpoints.size() > MOST_ENDPOINTS) {
      causes.add(FieldErrors.tooMany("endpoints", endpoints.size(), MOST_ENDPOINTS));
    }
    for (int i = 0; i < endpoints.size(); i++) {
      addresses(endpoints.get(i).path("addresses"), "endpoints[" + i + "].addresses", type, causes);
    }
    ports(document.path("ports"), causes);
  }

  private static void addresses(JsonNode addresses, String path, String type, List<Cause> causes) {
    if (addresses.size() > MOST_ADDRESSES) {
      causes.add(FieldErrors.tooMany(path, addresses.size(), MOST_ADDRESSES));
    }
    for (int i = 0; i < addresses.size(); i++) {
      String address = addresses.get(i).asText();
      String at = path + "[" + i + "]";
      switch (type) {
        case "IPv4" -> {
          if (!Addresses.isV4(address)) {
            causes.add(FieldErrors.invalid(at, address, "must be a valid IPv4 address"));
          }
        }
        case "IPv6" -> {
          if (!Addresses.isV6(address)) {
            causes.add(FieldErrors.invalid(at, address, "must be a valid IPv6 address"));
          }
        }
        default ->
            Names.subdomain(address)
                .ifPresent(wrong -> causes.add(FieldErrors.invalid(at, address, wrong)));
      }
    }
  }

  private static void ports(JsonNode ports, List<Cause> causes) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      String name = ports.get(i).path("name").asText("");
      if (!names.add(name)) {
        causes.add(FieldErrors.duplicate("ports[" + i + "].name", name));
      }
      if (!name.isEmpty()) {
        String at = "ports[" + i + "].name";
        Names.label(name).ifPresent(wrong -> causes.add(FieldErrors.invalid(at, name, wrong)));
      }
    }
  }

  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    Check.immutable(
        document.path("addressType"), previous.path("addressType"), "addressType", causes);
  }
}

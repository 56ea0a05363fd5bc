package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.AGE;
import static dev.ballast.kinds.builtin.Columns.NAME;
import static dev.ballast.kinds.builtin.Columns.orNone;
import static dev.ballast.kinds.builtin.Columns.text;
import static dev.ballast.kinds.builtin.Columns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.kinds.Column;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of services, endpoints and endpoint slices. Names, order and cells are those of
 * printService, printEndpoints and printEndpointSlice in Kubernetes 1.33,
 * pkg/printers/internalversion/printers.go. Pure.
 */
final class NetworkColumns {

  /** How many addresses or ports a cell shows. */
  private static final int SHOWN = 3;

  static final List<Column> SERVICE =
      List.of(
          NAME,
          text(
              "Type",
              "How far the service can be reached from.",
              service -> service.path("spec").path("type").asText("")),
          text("Cluster-IP", "The stable address inside the cluster.", NetworkColumns::clusterIp),
          text("External-IP", "Addresses outside the cluster.", NetworkColumns::externalIp),
          text(
              "Port(s)",
              "Ports of the service, each with its node port and protocol.",
              NetworkColumns::servicePorts),
          AGE,
          wide(
              "Selector",
              "Labels of the pods behind the service.",
              service -> Columns.labels(service.path("spec").path("selector"))));

  static final List<Column> ENDPOINTS =
      List.of(
          NAME,
          text("Endpoints", "Addresses and ports that are ready.", NetworkColumns::endpoints),
          AGE);

  static final List<Column> ENDPOINT_SLICE =
      List.of(
          NAME,
          text(
              "AddressType",
              "What the addresses are.",
              slice -> slice.path("addressType").asText("")),
          text("Ports", "Ports that every endpoint has.", NetworkColumns::slicePorts),
          text("Endpoints", "Addresses of the slice.", NetworkColumns::sliceEndpoints),
          AGE);

  private NetworkColumns() {}

  private static String clusterIp(JsonNode service) {
    JsonNode spec = service.path("spec");
    String first = spec.path("clusterIPs").path(0).asText("");
    return orNone(first.isEmpty() ? spec.path("clusterIP").asText("") : first);
  }

  private static String externalIp(JsonNode service) {
    JsonNode spec = service.path("spec");
    List<String> own = texts(spec.path("externalIPs"));
    return switch (spec.path("type").asText("")) {
      case "ExternalName" -> spec.path("externalName").asText("");
      case "LoadBalancer" -> {
        List<String> all = new ArrayList<>();
        for (JsonNode ingress : service.at("/status/loadBalancer/ingress")) {
          String ip = ingress.path("ip").asText("");
          all.add(ip.isEmpty() ? ingress.path("hostname").asText("") : ip);
        }
        all.addAll(own);
        yield all.isEmpty() ? "<pending>" : String.join(",", all);
      }
      default -> orNone(String.join(",", own));
    };
  }

  private static String servicePorts(JsonNode service) {
    List<String> ports = new ArrayList<>();
    for (JsonNode port : service.path("spec").path("ports")) {
      int node = port.path("nodePort").asInt();
      ports.add(
          port.path("port").asInt()
              + (node > 0 ? ":" + node : "")
              + "/"
              + port.path("protocol").asText("TCP"));
    }
    return orNone(String.join(",", ports));
  }

  /** Port by port, as Kubernetes lists them; ready addresses only. */
  private static String endpoints(JsonNode endpoints) {
    if (endpoints.path("subsets").isEmpty()) {
      return "<none>";
    }
    List<String> all = new ArrayList<>();
    for (JsonNode subset : endpoints.path("subsets")) {
      if (subset.path("ports").isEmpty()) {
        subset.path("addresses").forEach(address -> all.add(address.path("ip").asText("")));
      }
      for (JsonNode port : subset.path("ports")) {
        for (JsonNode address : subset.path("addresses")) {
          String ip = address.path("ip").asText("");
          all.add((ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port.path("port").asInt());
        }
      }
    }
    return some(all);
  }

  private static String slicePorts(JsonNode slice) {
    List<String> all = new ArrayList<>();
    for (JsonNode port : slice.path("ports")) {
      all.add(port.has("port") ? port.path("port").asText() : port.path("name").asText("*"));
    }
    return orUnset(some(all));
  }

  private static String sliceEndpoints(JsonNode slice) {
    List<String> all = new ArrayList<>();
    slice.path("endpoints").forEach(endpoint -> all.addAll(texts(endpoint.path("addresses"))));
    return orUnset(some(all));
  }

  private static String orUnset(String list) {
    return list.isEmpty() ? "<unset>" : list;
  }

  private static String some(List<String> all) {
    return all.size() <= SHOWN
        ? String.join(",", all)
        : String.join(",", all.subList(0, SHOWN)) + " + " + (all.size() - SHOWN) + " more...";
  }

  private static List<String> texts(JsonNode array) {
    List<String> all = new ArrayList<>();
    array.forEach(item -> all.add(item.asText("")));
    return all;
  }
}

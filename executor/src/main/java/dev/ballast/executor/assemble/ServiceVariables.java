package dev.ballast.executor.assemble;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The variables that tell a container of the Services of its namespace ({@code NAME_SERVICE_HOST}…
 * and Docker's link variables), as Kubernetes makes them. Pure.
 */
public final class ServiceVariables {

  private ServiceVariables() {}

  /**
   * @param services documents of kind Service
   * @param links false leaves only the API's own
   * @param api where pods reach the API, {@code host:port}; "" for the Service's own address
   */
  public static Map<String, String> of(
      String namespace, Collection<JsonNode> services, boolean links, String api) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (JsonNode service : services) {
      String name = service.path("metadata").path("name").asText();
      String home = service.path("metadata").path("namespace").asText();
      boolean kubernetes = home.equals("default") && name.equals("kubernetes");
      if (kubernetes ? api.isEmpty() : links && home.equals(namespace)) {
        add(variables, name, service.path("spec"));
      }
    }
    if (!api.isEmpty()) {
      int colon = api.lastIndexOf(':');
      String host = api.substring(0, colon);
      String port = api.substring(colon + 1);
      variables.put("KUBERNETES_SERVICE_HOST", host);
      variables.put("KUBERNETES_SERVICE_PORT", port);
      variables.put("KUBERNETES_SERVICE_PORT_HTTPS", port);
      link(variables, "KUBERNETES", host, port, "tcp", true);
    }
    return variables;
  }

  private static void add(Map<String, String> variables, String name, JsonNode spec) {
    String address = spec.path("clusterIP").asText("");
    JsonNode ports = spec.path("ports");
    if (address.isEmpty() || address.equals("None") || ports.isEmpty()) {
      return;
    }
    String prefix = name.toUpperCase(Locale.ROOT).replace('-', '_');
    variables.put(prefix + "_SERVICE_HOST", address);
    variables.put(prefix + "_SERVICE_PORT", ports.get(0).path("port").asText());
    for (JsonNode port : ports) {
      String portName = port.path("name").asText("");
      if (!portName.isEmpty()) {
        variables.put(
            prefix + "_SERVICE_PORT_" + portName.toUpperCase(Locale.ROOT).replace('-', '_'),
            port.path("port").asText());
      }
    }
    boolean first = true;
    for (JsonNode port : ports) {
      String protocol = port.path("protocol").asText("TCP").toLowerCase(Locale.ROOT);
      link(variables, prefix, address, port.path("port").asText(), protocol, first);
      first = false;
    }
  }

  private static void link(
      Map<String, String> variables,
      String prefix,
      String address,
      String port,
      String protocol,
      boolean first) {
    String url = protocol + "://" + address + ":" + port;
    String one = prefix + "_PORT_" + port + "_" + protocol.toUpperCase(Locale.ROOT);
    if (first) {
      variables.put(prefix + "_PORT", url);
    }
    variables.put(one, url);
    variables.put(one + "_PROTO", protocol);
    variables.put(one + "_PORT", port);
    variables.put(one + "_ADDR", address);
  }
}

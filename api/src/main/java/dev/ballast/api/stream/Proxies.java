package dev.ballast.api.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.time.Timers;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;

/**
 * {@code pods/NAME/proxy} and {@code services/NAME/proxy}: any method, bodies streamed both ways,
 * to a port of a pod by way of its node.
 */
final class Proxies {

  private final Pods pods;
  private final ServiceBackends services;
  private final NodeStreams nodes;
  private final Timers timers;

  Proxies(Pods pods, ServiceBackends services, NodeStreams nodes, Timers timers) {
    this.pods = pods;
    this.services = services;
    this.nodes = nodes;
    this.timers = timers;
  }

  void pod(Exchange exchange) throws Refusal {
    if (!redirected(exchange)) {
      String asked = exchange.info().name();
      SchemeNamePort target =
          SchemeNamePort.parse(asked)
              .orElseThrow(() -> Failures.badRequest("invalid pod request \"" + asked + "\""));
      Pods.Target pod = pods.find(exchange.info().namespace(), target.name()).mustBeBound();
      forward(exchange, new Backend(pod, target.schemeOrHttp(), port(pod, target)));
    }
  }

  void service(Exchange exchange) throws Refusal {
    if (!redirected(exchange)) {
      forward(exchange, services.pick(exchange.info().namespace(), exchange.info().name()));
    }
  }

  /** Without a port: the first that the pod declares, else the scheme's own. */
  private static int port(Pods.Target pod, SchemeNamePort target) throws Refusal {
    if (target.port().matches("[0-9]{1,5}")) {
      return Integer.parseInt(target.port());
    }
    for (JsonNode container : pod.document().path("spec").path("containers")) {
      for (JsonNode port : container.path("ports")) {
        if (target.port().isEmpty() || port.path("name").asText().equals(target.port())) {
          return port.path("containerPort").asInt();
        }
      }
    }
    if (!target.port().isEmpty()) {
      throw Failures.badRequest(
          "pod " + pod.name() + " has no port named \"" + target.port() + "\"");
    }
    return target.schemeOrHttp().equals("https") ? 443 : 80;
  }

  /** So that relative links of a page served at the root lead back through the proxy. */
  private static boolean redirected(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    String path = exchange.info().path();
    String method = request.method().name();
    boolean reads = method.equals("GET") || method.equals("HEAD");
    if (!reads || path.endsWith("/") || !exchange.info().rest().isEmpty()) {
      return false;
    }
    String query = request.query() == null ? "" : "?" + request.query();
    exchange.addHeader("Location", path + "/" + query);
    exchange.send(301, "text/plain");
    return true;
  }

  private void forward(Exchange exchange, Backend backend) throws Refusal {
    HttpServerRequest request = exchange.request();
    String rest = exchange.info().rest().isEmpty() ? "/" : exchange.info().rest();
    String query = request.query() == null ? "" : "?" + request.query();
    Map<String, List<String>> headers = Headers.towardsPod(request.headers());
    headers.put("X-Forwarded-Uri", List.of(exchange.info().path()));
    headers.put("X-Forwarded-Proto", List.of(request.scheme()));
    if (request.authority() != null) {
      headers.put("X-Forwarded-Host", List.of(request.authority().toString()));
    }
    Pods.Target pod = backend.pod();
    StreamRequest.Http asked =
        new StreamRequest.Http(
            pod.namespace(),
            pod.name(),
            pod.uid(),
            backend.scheme(),
            backend.port(),
            request.method().name(),
            rest + query,
            headers);
    String path = exchange.info().path();
    String prefix = path.substring(0, path.length() - exchange.info().rest().length());
    try (NodeStream stream = Opening.of(nodes, pod.node(), asked)) {
      new ProxyLink(exchange, stream, prefix).run(timers);
    }
  }
}

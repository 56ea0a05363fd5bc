package dev.ballast.api.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.LabelSelectorParser;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** Picks one of a service's ready endpoints, at random. Blocks on the store; thread-safe. */
final class ServiceBackends {

  private final ResourceStore store;
  private final Pods pods;
  private final RandomGenerator random;

  ServiceBackends(ResourceStore store, Pods pods, RandomGenerator random) {
    this.store = store;
    this.pods = pods;
    this.random = random;
  }

  private record Endpoint(String pod, int port) {}

  Backend pick(String namespace, String asked) throws Refusal {
    SchemeNamePort target =
        SchemeNamePort.parse(asked)
            .orElseThrow(() -> Failures.badRequest("invalid service request \"" + asked + "\""));
    JsonNode service =
        store
            .get(new ObjectKey(ResourceType.SERVICES, namespace, target.name()))
            .orElseThrow(() -> Failures.notFound("services", target.name()))
            .tree();
    List<Endpoint> ready = ready(namespace, target.name(), portName(service, target));
    while (!ready.isEmpty()) {
      Endpoint picked;
      synchronized (random) {
        picked = ready.remove(random.nextInt(ready.size()));
      }
      Pods.Target pod = stillThere(namespace, picked.pod());
      if (pod != null) {
        return new Backend(pod, target.schemeOrHttp(), picked.port());
      }
    }
    throw Failures.unavailable("no endpoints available for service \"" + target.name() + "\"");
  }

  /** A pod may be gone while its endpoint is not yet. */
  private Pods.Target stillThere(String namespace, String name) {
    try {
      return pods.find(namespace, name).mustBeBound();
    } catch (Refusal gone) {
      return null;
    }
  }

  /** The name of the service's port that is meant; endpoints go by names. */
  private static String portName(JsonNode service, SchemeNamePort target) throws Refusal {
    JsonNode ports = service.path("spec").path("ports");
    if (target.port().isEmpty()) {
      return ports.size() == 1 ? ports.get(0).path("name").asText() : "";
    }
    if (!target.port().matches("[0-9]{1,5}")) {
      return target.port();
    }
    for (JsonNode port : ports) {
      if (port.path("port").asText().equals(target.port())) {
        return port.path("name").asText();
      }
    }
    throw Failures.unavailable(
        "no service port " + target.port() + " found for service \"" + target.name() + "\"");
  }

  private List<Endpoint> ready(String namespace, String service, String portName) throws Refusal {
    ListQuery slices =
        ListQuery.in(ResourceType.ENDPOINT_SLICES, namespace)
            .withLabels(LabelSelectorParser.parse("kubernetes.io/service-name=" + service));
    List<Endpoint> ready = new ArrayList<>();
    if (store.list(slices) instanceof ListResult.Page page) {
      for (Document document : page.documents()) {
        JsonNode slice = document.tree();
        OptionalInt port = port(slice, portName);
        for (JsonNode endpoint : slice.path("endpoints")) {
          JsonNode reference = endpoint.path("targetRef");
          if (port.isPresent()
              && endpoint.path("conditions").path("ready").asBoolean(true)
              && reference.path("kind").asText().equals("Pod")) {
            ready.add(new Endpoint(reference.path("name").asText(), port.getAsInt()));
          }
        }
      }
    }
    return ready;
  }

  private static OptionalInt port(JsonNode slice, String name) {
    for (JsonNode port : slice.path("ports")) {
      if (port.path("name").asText("").equals(name)) {
        return OptionalInt.of(port.path("port").asInt());
      }
    }
    return OptionalInt.empty();
  }
}

package dev.ballast.api.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.BestKnown;
import java.util.ArrayList;
import java.util.List;

/** Finds the pod that a stream is about, and the container meant. Blocks on the store. */
final class Pods {

  private final BestKnown known;

  Pods(BestKnown known) {
    this.known = known;
  }

  /**
   * @param node "" before the pod is bound
   */
  record Target(String namespace, String name, String uid, String node, JsonNode document) {

    /**
     * The container asked for, or the only one.
     *
     * @throws Refusal 400 in kube-apiserver's words
     */
    String container(String asked) throws Refusal {
      JsonNode spec = document.path("spec");
      List<String> containers = names(spec.path("containers"));
      List<String> init = names(spec.path("initContainers"));
      if (asked.isEmpty()) {
        if (containers.size() == 1) {
          return containers.getFirst();
        }
        throw Failures.badRequest(
            "a container name must be specified for pod "
                + name
                + ", choose one of: ["
                + String.join(" ", containers)
                + "]"
                + (init.isEmpty()
                    ? ""
                    : " or one of the init containers: [" + String.join(" ", init) + "]"));
      }
      if (!containers.contains(asked)
          && !init.contains(asked)
          && !names(spec.path("ephemeralContainers")).contains(asked)) {
        throw Failures.badRequest("container " + asked + " is not valid for pod " + name);
      }
      return asked;
    }

    /** Whether a container's own process runs on a terminal. */
    boolean hasTerminal(String container) {
      JsonNode spec = document.path("spec");
      for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
        for (JsonNode each : spec.path(list)) {
          if (each.path("name").asText().equals(container)) {
            return each.path("tty").asBoolean();
          }
        }
      }
      return false;
    }

    /** What the node last reported of a container; missing before it reported anything. */
    JsonNode statusOf(String container) {
      JsonNode status = document.path("status");
      for (String list :
          List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")) {
        for (JsonNode each : status.path(list)) {
          if (each.path("name").asText().equals(container)) {
            return each;
          }
        }
      }
      return status.path("nothing");
    }

    Target mustBeBound() throws Refusal {
      if (node.isEmpty()) {
        throw Failures.badRequest("pod " + name + " does not have a host assigned");
      }
      return this;
    }
  }

  Target find(String namespace, String name) throws Refusal {
    ObjectKey key = new ObjectKey(ResourceType.PODS, namespace, name);
    JsonNode document =
        known
            .find(store -> store.get(key))
            .orElseThrow(() -> Failures.notFound("pods", name))
            .tree();
    return new Target(
        namespace,
        name,
        document.path("metadata").path("uid").asText(),
        document.path("spec").path("nodeName").asText(),
        document);
  }

  private static List<String> names(JsonNode containers) {
    List<String> names = new ArrayList<>();
    containers.forEach(container -> names.add(container.path("name").asText()));
    return names;
  }
}

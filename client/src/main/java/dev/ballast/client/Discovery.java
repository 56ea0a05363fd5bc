package dev.ballast.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.StoreUnavailableException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the server keeps a type of objects, and how it calls them: asked once per group, then kept.
 * Thread-safe; blocks on the first question about a group.
 */
final class Discovery {

  /**
   * @param root {@code /api/v1} or {@code /apis/GROUP/VERSION}
   */
  record Served(
      ResourceType type, String root, String apiVersion, String kind, boolean namespaced) {

    /** The collection, of one namespace or ("") of all. */
    String collection(String namespace) {
      return namespace.isEmpty()
          ? root + "/" + type.plural()
          : root + "/namespaces/" + namespace + "/" + type.plural();
    }

    String object(ObjectKey key) {
      return collection(key.namespace()) + "/" + key.name();
    }
  }

  private final ApiClient client;
  private final Map<ResourceType, Served> known = new ConcurrentHashMap<>();

  Discovery(ApiClient client) {
    this.client = client;
  }

  /**
   * Empty when the server does not serve it; that is not remembered, for a CustomResourceDefinition
   * may come.
   *
   * @throws StoreUnavailableException when the server cannot be asked
   */
  Optional<Served> find(ResourceType type) {
    Served served = known.get(type);
    if (served == null) {
      learn(type.group());
      served = known.get(type);
    }
    return Optional.ofNullable(served);
  }

  private void learn(String group) {
    String root = group.isEmpty() ? "/api/v1" : preferredRoot(group);
    if (root.isEmpty()) {
      return;
    }
    JsonNode list = ask(root).orElse(null);
    if (list == null) {
      return;
    }
    String apiVersion = list.path("groupVersion").asText();
    for (JsonNode resource : list.path("resources")) {
      String plural = resource.path("name").asText();
      if (!plural.contains("/")) {
        ResourceType type = new ResourceType(group, plural);
        known.put(
            type,
            new Served(
                type,
                root,
                apiVersion,
                resource.path("kind").asText(),
                resource.path("namespaced").asBoolean()));
      }
    }
  }

  private String preferredRoot(String group) {
    return ask("/apis/" + group)
        .map(answer -> "/apis/" + answer.path("preferredVersion").path("groupVersion").asText())
        .orElse("");
  }

  private Optional<JsonNode> ask(String path) {
    return switch (client.get(path)) {
      case Answer.Done done -> Optional.of(done.json());
      case Answer.Refused refused -> {
        if (refused.failure().code() != 404) {
          throw RestStore.unavailable(refused.failure());
        }
        yield Optional.empty();
      }
      case Answer.Unreachable lost -> throw new StoreUnavailableException(lost.reason());
    };
  }
}

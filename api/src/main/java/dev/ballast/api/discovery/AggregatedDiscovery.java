package dev.ballast.api.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.discovery.ServedGroups.Part;
import dev.ballast.api.discovery.ServedGroups.Resource;
import dev.ballast.api.discovery.ServedGroups.ResponseKind;
import dev.ballast.core.resource.Json;
import java.util.List;

/** All of discovery in one document (apidiscovery.k8s.io), as newer clients ask for it. */
final class AggregatedDiscovery {

  private final ServedGroups served;

  AggregatedDiscovery(ServedGroups served) {
    this.served = served;
  }

  /**
   * @param core true for what is under /api, false for /apis
   * @param discoveryVersion v2 or v2beta1
   */
  ObjectNode document(boolean core, String discoveryVersion) {
    ObjectNode list =
        Json.object()
            .put("kind", "APIGroupDiscoveryList")
            .put("apiVersion", "apidiscovery.k8s.io/" + discoveryVersion);
    list.putObject("metadata");
    ArrayNode items = list.putArray("items");
    served
        .versions()
        .forEach(
            (group, versions) -> {
              if (group.isEmpty() == core) {
                ObjectNode item = items.addObject();
                ObjectNode metadata = item.putObject("metadata");
                if (!group.isEmpty()) {
                  metadata.put("name", group);
                }
                metadata.putNull("creationTimestamp");
                ArrayNode array = item.putArray("versions");
                versions.forEach(version -> array.add(version(group, version)));
              }
            });
    return list;
  }

  private ObjectNode version(String group, String version) {
    ObjectNode node = Json.object().put("version", version);
    ArrayNode resources = node.putArray("resources");
    for (Resource resource : served.resources(group, version)) {
      ObjectNode entry = resources.addObject().put("resource", resource.plural());
      entry.set("responseKind", kind(resource.response()));
      entry.put("scope", resource.namespaced() ? "Namespaced" : "Cluster");
      entry.put("singularResource", resource.singular());
      verbs(entry, resource.verbs());
      DiscoveryDocuments.texts(entry, "shortNames", resource.shortNames());
      DiscoveryDocuments.texts(entry, "categories", resource.categories());
      if (!resource.parts().isEmpty()) {
        ArrayNode parts = entry.putArray("subresources");
        for (Part part : resource.parts()) {
          ObjectNode sub = parts.addObject().put("subresource", part.name());
          sub.set("responseKind", kind(part.response()));
          verbs(sub, part.verbs());
        }
      }
    }
    return node.put("freshness", "Current");
  }

  private static ObjectNode kind(ResponseKind kind) {
    return Json.object()
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", kind.kind());
  }

  private static void verbs(ObjectNode entry, List<String> verbs) {
    ArrayNode array = entry.putArray("verbs");
    verbs.forEach(array::add);
  }
}

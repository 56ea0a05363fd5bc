package dev.ballast.api.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.discovery.ServedGroups.Part;
import dev.ballast.api.discovery.ServedGroups.Resource;
import dev.ballast.api.discovery.ServedGroups.ResponseKind;
import dev.ballast.core.resource.Json;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The discovery documents, one request for each group version, as every client reads them. */
final class DiscoveryDocuments {

  private final ServedGroups served;

  DiscoveryDocuments(ServedGroups served) {
    this.served = served;
  }

  /** {@code /api}. */
  ObjectNode coreVersions(String serverAddress) {
    ObjectNode versions = Json.object().put("kind", "APIVersions");
    versions.putArray("versions").add("v1");
    versions
        .putArray("serverAddressByClientCIDRs")
        .addObject()
        .put("clientCIDR", "0.0.0.0/0")
        .put("serverAddress", serverAddress);
    return versions;
  }

  /** {@code /apis}. */
  ObjectNode groups() {
    ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode groups = list.putArray("groups");
    served
        .versions()
        .forEach(
            (group, versions) -> {
              if (!group.isEmpty()) {
                groups.add(fill(Json.object(), group, versions));
              }
            });
    return list;
  }

  /** {@code /apis/GROUP}. */
  Optional<ObjectNode> group(String group) {
    return Optional.ofNullable(group.isEmpty() ? null : served.versions().get(group))
        .map(
            versions ->
                fill(
                    Json.object().put("kind", "APIGroup").put("apiVersion", "v1"),
                    group,
                    versions));
  }

  private static ObjectNode fill(ObjectNode node, String group, Set<String> versions) {
    node.put("name", group);
    ArrayNode array = node.putArray("versions");
    versions.forEach(version -> array.add(version(group, version)));
    node.set("preferredVersion", version(group, versions.iterator().next()));
    return node;
  }

  private static ObjectNode version(String group, String version) {
    return Json.object().put("groupVersion", group + "/" + version).put("version", version);
  }

  /** {@code /api/v1} and {@code /apis/GROUP/VERSION}. */
  Optional<ObjectNode> resources(String group, String version) {
    List<Resource> resources = served.resources(group, version);
    if (resources.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode list = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
    list.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
    ArrayNode array = list.putArray("resources");
    for (Resource resource : resources) {
      ObjectNode own =
          entry(
              resource.plural(),
              resource.singular(),
              resource.namespaced(),
              group,
              version,
              resource.response());
      array.add(verbs(own, resource.verbs()));
      texts(own, "shortNames", resource.shortNames());
      texts(own, "categories", resource.categories());
      for (Part part : resource.parts()) {
        String name = resource.plural() + "/" + part.name();
        ObjectNode sub = entry(name, "", resource.namespaced(), group, version, part.response());
        array.add(verbs(sub, part.verbs()));
      }
    }
    return Optional.of(list);
  }

  private static ObjectNode entry(
      String name,
      String singular,
      boolean namespaced,
      String group,
      String version,
      ResponseKind response) {
    ObjectNode entry = Json.object().put("name", name).put("singularName", singular);
    entry.put("namespaced", namespaced);
    if (!response.group().equals(group) || !response.version().equals(version)) {
      entry.put("group", response.group()).put("version", response.version());
    }
    return entry.put("kind", response.kind());
  }

  private static ObjectNode verbs(ObjectNode entry, List<String> verbs) {
    ArrayNode array = entry.putArray("verbs");
    verbs.forEach(array::add);
    return entry;
  }

  static void texts(ObjectNode entry, String field, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = entry.putArray(field);
      values.forEach(array::add);
    }
  }
}

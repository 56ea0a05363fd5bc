package dev.ballast.stategrid.raft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.time.Instant;

/**
 * That a member was to be taken out of the group, as the cluster keeps it: so that one that was
 * stopped or cut off then can be told. It is noted before the group changes, and counts only for
 * who is not in the group.
 *
 * @param replacedBy who took its place; "" for nobody
 */
public record FormerMember(String id, Instant removed, String replacedBy) {

  private static final ResourceType TYPE = new ResourceType("ballast.dev", "formermembers");

  /** Where the cluster keeps it. */
  public static ObjectKey key(String id) {
    return ObjectKey.cluster(TYPE, id);
  }

  public byte[] stored() {
    ObjectNode document =
        Json.object().put("apiVersion", "ballast.dev/v1").put("kind", "FormerMember");
    document.putObject("metadata").put("name", id);
    document.putObject("spec").put("removed", removed.toString()).put("replacedBy", replacedBy);
    return Json.storable(document);
  }

  static FormerMember of(Document document) {
    JsonNode spec = document.tree().path("spec");
    return new FormerMember(
        document.key().name(),
        Instant.parse(spec.path("removed").asText()),
        spec.path("replacedBy").asText());
  }

  /** What became of it, for a person. */
  String words() {
    return "was removed from the group at %s%s"
        .formatted(removed, replacedBy.isEmpty() ? "" : " and replaced by " + replacedBy);
  }
}

package dev.ballast.kinds.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.MergePatch;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.PatchType;
import dev.ballast.kinds.schema.Schema;
import java.util.Locale;

/** Applies a patch of any type to an object of a kind. Pure. */
public final class Patches {

  private static final String NO_OBJECT = "json: cannot unmarshal %s into Go value of type %s";

  private Patches() {}

  /** Neither tree is changed. */
  public static Patched apply(Kind kind, PatchType type, ObjectNode current, JsonNode patch) {
    try {
      return new Patched.Document(
          switch (type) {
            case JSON -> object(JsonPatch.apply(current, patch));
            case MERGE -> (ObjectNode) MergePatch.apply(current, objectPatch(patch));
            case STRATEGIC_MERGE ->
                StrategicMergePatch.apply(typed(kind), current, objectPatch(patch));
          });
    } catch (BrokenPatch broken) {
      return new Patched.Refused(broken.failure());
    }
  }

  private static ObjectNode objectPatch(JsonNode patch) {
    if (patch instanceof ObjectNode object) {
      return object;
    }
    throw new BrokenPatch(
        Failures.badRequest(
            NO_OBJECT.formatted(
                patch.getNodeType().name().toLowerCase(Locale.ROOT), "map[string]interface {}")));
  }

  private static ObjectNode object(JsonNode patched) {
    if (patched instanceof ObjectNode object) {
      return object;
    }
    throw BrokenPatch.doesNotApply("the patched document is no longer an object");
  }

  /** Merge keys come from the schema of a built-in kind; without one there is nothing to go by. */
  private static Schema.ObjectType typed(Kind kind) {
    if (kind.schema() instanceof Schema.ObjectType type && !type.name().isEmpty()) {
      return type;
    }
    throw new BrokenPatch(
        new Failure(
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include:"
                + " application/json-patch+json, application/merge-patch+json"));
  }
}

package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.Hooks;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/** Reviews, which are answered and never stored, so they need no name. Stateless. */
final class ReviewHooks implements Hooks {

  private final boolean asksOneAction;

  /**
   * @param asksOneAction true when the spec names what the caller wants to do
   */
  ReviewHooks(boolean asksOneAction) {
    this.asksOneAction = asksOneAction;
  }

  @Override
  public List<Cause> validateCreate(ObjectNode document) {
    JsonNode spec = document.path("spec");
    boolean resource = spec.has("resourceAttributes");
    if (!asksOneAction || resource != spec.has("nonResourceAttributes")) {
      return List.of();
    }
    String field = resource ? "spec.nonResourceAttributes" : "spec.resourceAttributes";
    return List.of(
        FieldErrors.invalid(
            field,
            Check.shown(spec.path(field.substring("spec.".length()))),
            resource
                ? "cannot be specified in combination with resourceAttributes"
                : "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
  }
}

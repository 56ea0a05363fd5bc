package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/** PersistentVolumes and PersistentVolumeClaims. Stateless. */
final class VolumeHooks extends MetadataHooks {

  private static final List<String> MODES =
      List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");

  private final boolean claim;

  VolumeHooks(boolean claim) {
    super(NameSyntax.SUBDOMAIN);
    this.claim = claim;
  }

  @Override
  public void prepareForCreate(ObjectNode document) {
    document.putObject("status").put("phase", "Pending");
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    JsonNode spec = document.path("spec");
    if (spec.path("accessModes").isEmpty()) {
      causes.add(FieldErrors.required("spec.accessModes"));
    }
    boolean single = false;
    for (JsonNode mode : spec.path("accessModes")) {
      single |= mode.asText().equals("ReadWriteOncePod");
      if (!MODES.contains(mode.asText())) {
        causes.add(FieldErrors.notSupported("spec.accessModes", mode.asText(), MODES));
      }
    }
    if (single && spec.path("accessModes").size() > 1) {
      causes.add(
          FieldErrors.forbidden(
              "spec.accessModes", "may not use ReadWriteOncePod with other access modes"));
    }
    if (claim && !spec.path("resources").path("requests").has("storage")) {
      causes.add(FieldErrors.required("spec.resources[storage]"));
    }
    if (!claim && !spec.path("capacity").has("storage")) {
      causes.add(FieldErrors.required("spec.capacity"));
    }
  }
}

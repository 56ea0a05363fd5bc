package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.kinds.schema.Names;
import java.util.List;
import java.util.Map;

/** ConfigMaps, and what Secrets share with them. Stateless. */
class ConfigHooks extends MetadataHooks {

  /** All values together, in bytes, encoded bytes counted decoded. */
  static final int MOST_BYTES = 1024 * 1024;

  ConfigHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    long size = keys(document, "data", false, causes) + keys(document, "binaryData", true, causes);
    for (Map.Entry<String, JsonNode> entry : document.path("data").properties()) {
      if (document.path("binaryData").has(entry.getKey())) {
        causes.add(
            FieldErrors.invalid(
                "data[" + entry.getKey() + "]",
                entry.getKey(),
                "duplicate of key present in binaryData"));
      }
    }
    tooLarge(size, causes);
  }

  static void tooLarge(long size, List<Cause> causes) {
    if (size > MOST_BYTES) {
      causes.add(FieldErrors.tooLong("data", MOST_BYTES));
    }
  }

  /** Checks the keys; answers the size of the values in bytes. */
  static long keys(JsonNode document, String field, boolean encoded, List<Cause> causes) {
    long size = 0;
    for (Map.Entry<String, JsonNode> entry : document.path(field).properties()) {
      String key = entry.getKey();
      Names.configKey(key)
          .ifPresent(wrong -> causes.add(FieldErrors.invalid(field + "[" + key + "]", key, wrong)));
      String value = entry.getValue().asText("");
      size += encoded ? value.length() / 4L * 3 : Metadata.bytes(value);
    }
    return size;
  }

  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    if (!previous.path("immutable").asBoolean()) {
      return;
    }
    if (!document.path("immutable").asBoolean()) {
      frozen("immutable", causes);
    }
    for (String field : List.of("data", "binaryData")) {
      if (!Check.same(document.path(field), previous.path(field))) {
        frozen(field, causes);
      }
    }
  }

  private static void frozen(String field, List<Cause> causes) {
    causes.add(FieldErrors.forbidden(field, "field is immutable when `immutable` is set"));
  }
}

package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks of a container's environment. Pure. */
final class Environment {

  private static final Set<String> POD_FIELDS =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.serviceAccountName",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");

  private static final Pattern MAP_ENTRY =
      Pattern.compile("metadata\\.(labels|annotations)\\['[^']+'\\]");

  private Environment() {}

  static void validate(JsonNode container, String path, List<Cause> causes) {
    JsonNode env = container.path("env");
    for (int i = 0; i < env.size(); i++) {
      JsonNode from = env.get(i).path("valueFrom");
      if (!from.isMissingNode()) {
        source(env.get(i), from, path + ".env[" + i + "].valueFrom", causes);
      }
    }
    JsonNode envFrom = container.path("envFrom");
    for (int i = 0; i < envFrom.size(); i++) {
      bulk(envFrom.get(i), path + ".envFrom[" + i + "]", causes);
    }
  }

  private static void source(JsonNode variable, JsonNode from, String path, List<Cause> causes) {
    if (!variable.path("value").asText("").isEmpty()) {
      causes.add(FieldErrors.invalid(path, "", "may not be specified when `value` is not empty"));
    }
    if (from.isEmpty()) {
      causes.add(
          FieldErrors.invalid(
              path,
              "",
              "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or"
                  + " `secretKeyRef`"));
    } else if (from.size() > 1) {
      causes.add(
          FieldErrors.invalid(path, "", "may not have more than one field specified at a time"));
    }
    String field = from.path("fieldRef").path("fieldPath").asText("");
    if (!field.isEmpty() && !POD_FIELDS.contains(field) && !MAP_ENTRY.matcher(field).matches()) {
      causes.add(
          FieldErrors.invalid(
              path + ".fieldRef.fieldPath",
              field,
              "error converting fieldPath: field label not supported: " + field));
    }
  }

  private static void bulk(JsonNode source, String path, List<Cause> causes) {
    boolean configMap = source.has("configMapRef");
    boolean secret = source.has("secretRef");
    if (configMap == secret) {
      causes.add(
          FieldErrors.invalid(
              path,
              "",
              configMap
                  ? "may not have more than one field specified at a time"
                  : "must specify one of: `configMapRef` or `secretRef`"));
    }
  }
}

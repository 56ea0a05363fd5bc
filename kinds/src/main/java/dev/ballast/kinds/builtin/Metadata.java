package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.kinds.schema.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks of metadata, shared by objects and pod templates. Pure. */
final class Metadata {

  /** All keys and values of annotations together, in bytes. */
  private static final int MOST_ANNOTATION_BYTES = 256 * 1024;

  private Metadata() {}

  static void validate(JsonNode metadata, MetadataHooks.NameSyntax syntax, List<Cause> causes) {
    String name = metadata.path("name").asText("");
    String prefix = metadata.path("generateName").asText("");
    if (name.isEmpty() && prefix.isEmpty()) {
      causes.add(FieldErrors.required("metadata.name", "name or generateName is required"));
    } else if (!name.isEmpty()) {
      syntax
          .check(name)
          .ifPresent(wrong -> causes.add(FieldErrors.invalid("metadata.name", name, wrong)));
    } else {
      // A generated name is the prefix plus letters and digits, so a trailing dash is fine.
      syntax
          .check(prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) + "a" : prefix)
          .ifPresent(
              wrong -> causes.add(FieldErrors.invalid("metadata.generateName", prefix, wrong)));
    }
    labels(metadata.path("labels"), "metadata.labels", causes);
    annotations(metadata.path("annotations"), "metadata.annotations", causes);
    finalizers(metadata.path("finalizers"), causes);
    owners(metadata.path("ownerReferences"), causes);
  }

  static void labels(JsonNode labels, String path, List<Cause> causes) {
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      String value = label.getValue().asText("");
      Names.qualified(label.getKey())
          .ifPresent(wrong -> causes.add(FieldErrors.invalid(path, label.getKey(), wrong)));
      Names.labelValue(value)
          .ifPresent(wrong -> causes.add(FieldErrors.invalid(path, value, wrong)));
    }
  }

  static void annotations(JsonNode annotations, String path, List<Cause> causes) {
    long bytes = 0;
    for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
      // Keys are compared in lower case: the annotation syntax allows capitals in the prefix.
      Names.qualified(annotation.getKey().toLowerCase(java.util.Locale.ROOT))
          .ifPresent(wrong -> causes.add(FieldErrors.invalid(path, annotation.getKey(), wrong)));
      bytes += bytes(annotation.getKey()) + bytes(annotation.getValue().asText(""));
    }
    if (bytes > MOST_ANNOTATION_BYTES) {
      causes.add(FieldErrors.tooLong(path, MOST_ANNOTATION_BYTES));
    }
  }

  private static void finalizers(JsonNode finalizers, List<Cause> causes) {
    for (int i = 0; i < finalizers.size(); i++) {
      String finalizer = finalizers.get(i).asText("");
      Names.qualified(finalizer)
          .ifPresent(
              wrong -> causes.add(FieldErrors.invalid("metadata.finalizers", finalizer, wrong)));
    }
  }

  private static void owners(JsonNode owners, List<Cause> causes) {
    int controllers = 0;
    for (int i = 0; i < owners.size(); i++) {
      JsonNode owner = owners.get(i);
      String path = "metadata.ownerReferences[" + i + "]";
      notEmpty(owner, path, "apiVersion", "version must not be empty", causes);
      notEmpty(owner, path, "kind", "must not be empty", causes);
      notEmpty(owner, path, "name", "must not be empty", causes);
      notEmpty(owner, path, "uid", "must not be empty", causes);
      controllers += owner.path("controller").asBoolean() ? 1 : 0;
    }
    if (controllers > 1) {
      causes.add(
          FieldErrors.invalid(
              "metadata.ownerReferences",
              owners,
              "Only one reference can have Controller set to true. Found "
                  + controllers
                  + " that do"));
    }
  }

  private static void notEmpty(
      JsonNode owner, String path, String field, String wrong, List<Cause> causes) {
    if (owner.path(field).asText("").isEmpty()) {
      causes.add(FieldErrors.invalid(path + "." + field, "", wrong));
    }
  }

  static Optional<String> pathSegment(String name) {
    if (name.equals(".") || name.equals("..")) {
      return Optional.of("may not be '" + name + "'");
    }
    for (String forbidden : List.of("/", "%")) {
      if (name.contains(forbidden)) {
        return Optional.of("may not contain '" + forbidden + "'");
      }
    }
    return Optional.empty();
  }

  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}

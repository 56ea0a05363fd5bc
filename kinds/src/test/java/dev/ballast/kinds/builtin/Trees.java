package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.testkit.manifest.YamlDocuments;
import java.util.List;

/** Documents for table tests, spelled in YAML. */
final class Trees {

  static final BuiltinKinds KINDS = new BuiltinKinds();

  private Trees() {}

  static ObjectNode yaml(String text) {
    List<ObjectNode> documents = YamlDocuments.in(text);
    return documents.isEmpty() ? Json.object() : documents.getFirst();
  }

  static Kind kind(String name) {
    return KINDS.all().stream().filter(k -> k.kind().equals(name)).findFirst().orElseThrow();
  }

  static ObjectNode defaulted(Kind kind, ObjectNode document) {
    ObjectNode copy = document.deepCopy();
    SchemaCheck.typeMismatch(kind, copy)
        .ifPresent(
            failure -> {
              throw new AssertionError(failure.message());
            });
    SchemaCheck.prune(kind, copy);
    SchemaCheck.applyDefaults(kind, copy);
    return copy;
  }

  /** With its defaults and what follows from its identity. */
  static ObjectNode prepared(Kind kind, ObjectNode document) {
    ObjectNode copy = defaulted(kind, document);
    if (kind.verbs().contains("get")) {
      copy.withObjectProperty("metadata").put("uid", "u-1");
    }
    kind.hooks().prepareForCreate(copy);
    return copy;
  }

  /** {@code field: message} of everything wrong with a new document, prepared first. */
  static List<String> wrong(Kind kind, ObjectNode document) {
    return SchemaCheck.check(kind, prepared(kind, document)).stream()
        .map(cause -> cause.field() + ": " + cause.message())
        .toList();
  }

  static List<String> wrongChange(
      Kind kind, ObjectNode now, ObjectNode before, String subresource) {
    return SchemaCheck.checkUpdate(kind, defaulted(kind, now), defaulted(kind, before), subresource)
        .stream()
        .map(cause -> cause.field() + ": " + cause.message())
        .toList();
  }
}

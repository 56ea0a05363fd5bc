package dev.ballast.api.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which definition is which kind: the {@code x-kubernetes-group-version-kind} by which clients find
 * the type of an object. Immutable once built.
 */
final class TypeNames {

  static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

  /** A kind as clients name it. */
  record GroupVersionKind(String group, String version, String kind) {

    static GroupVersionKind of(Kind kind) {
      return new GroupVersionKind(kind.group(), kind.version(), kind.kind());
    }

    ObjectNode json() {
      return Json.object().put("group", group).put("kind", kind).put("version", version);
    }
  }

  private final Map<String, List<GroupVersionKind>> byDefinition = new LinkedHashMap<>();

  TypeNames(List<Kind> kinds) {
    for (Kind kind : kinds) {
      GroupVersionKind type = GroupVersionKind.of(kind);
      add(definition(kind), type);
      if (kind.verbs().contains("list")) {
        add(
            definition(kind) + "List",
            new GroupVersionKind(kind.group(), kind.version(), kind.kind() + "List"));
      }
      for (String everywhere : List.of("DeleteOptions", "WatchEvent")) {
        add(META + everywhere, new GroupVersionKind(kind.group(), kind.version(), everywhere));
      }
    }
    add(META + "Status", new GroupVersionKind("", "v1", "Status"));
    for (Bodies body : Bodies.values()) {
      add(body.definition(), body.type());
    }
  }

  private void add(String definition, GroupVersionKind type) {
    List<GroupVersionKind> types =
        byDefinition.computeIfAbsent(definition, name -> new ArrayList<>());
    if (!types.contains(type)) {
      types.add(type);
    }
  }

  static String definition(Kind kind) {
    return ((Schema.ObjectType) kind.schema()).name();
  }

  /** Marks a definition with the kinds it stands for, if any. */
  void mark(String definition, ObjectNode schema) {
    List<GroupVersionKind> types = byDefinition.get(definition);
    if (types != null) {
      ArrayNode marks = schema.putArray("x-kubernetes-group-version-kind");
      types.forEach(type -> marks.add(type.json()));
    }
  }

  /** What subresources take and give that is no stored kind. */
  enum Bodies {
    BINDING("", "v1", "Binding", "core.v1.Binding"),
    EVICTION("policy", "v1", "Eviction", "policy.v1.Eviction"),
    SCALE("autoscaling", "v1", "Scale", "autoscaling.v1.Scale"),
    TOKEN("authentication.k8s.io", "v1", "TokenRequest", "authentication.v1.TokenRequest");

    private final GroupVersionKind type;
    private final String schema;

    Bodies(String group, String version, String kind, String schema) {
      this.type = new GroupVersionKind(group, version, kind);
      this.schema = schema;
    }

    GroupVersionKind type() {
      return type;
    }

    /** The name in the schema data. */
    String schema() {
      return schema;
    }

    String definition() {
      return "io.k8s.api." + schema;
    }
  }
}

package dev.ballast.api.openapi;

import dev.ballast.api.openapi.TypeNames.Bodies;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.Schema;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What both versions of the document need to say of paths and types. Pure. */
final class OpenApiTypes {

  private OpenApiTypes() {}

  /** Every type that requests to the kinds, and their answers, can hold. */
  static void collect(Definitions definitions, List<Kind> kinds, SchemaCatalog types) {
    for (String always : List.of("DeleteOptions", "Status", "WatchEvent")) {
      definitions.add(types.type("meta.v1." + always));
    }
    definitions.add(new PatchBody());
    for (Kind kind : kinds) {
      definitions.add((Schema.ObjectType) kind.schema());
      if (kind.verbs().contains("list")) {
        definitions.addList(kind, types.type("meta.v1.ListMeta"));
      }
      for (String subresource : kind.subresources()) {
        switch (subresource) {
          case "scale" -> definitions.add(types.type(Bodies.SCALE.schema()));
          case "binding" -> definitions.add(types.type(Bodies.BINDING.schema()));
          case "eviction" -> definitions.add(types.type(Bodies.EVICTION.schema()));
          case "token" -> definitions.add(types.type(Bodies.TOKEN.schema()));
          default -> {}
        }
      }
    }
  }

  /** The parameters in a path template, with what they are. */
  static Map<String, String> pathParameters(String path) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (path.contains("{name}")) {
      parameters.put("name", "Name of the object.");
    }
    if (path.contains("{namespace}")) {
      parameters.put("namespace", "Namespace of the object.");
    }
    return parameters;
  }

  static String reason(int code) {
    return switch (code) {
      case 201 -> "Created";
      case 202 -> "Accepted";
      default -> "OK";
    };
  }

  /** A patch of any type; which one it is the content type says. */
  private record PatchBody() implements Schema.ObjectType {

    @Override
    public String name() {
      return TypeNames.META + "Patch";
    }

    @Override
    public Map<String, Schema.Field> fields() {
      return Map.of();
    }

    @Override
    public boolean preserveUnknown() {
      return false;
    }

    @Override
    public String description() {
      return "A patch in the form that the content type names.";
    }
  }
}

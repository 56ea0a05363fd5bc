package dev.ballast.kinds.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Finds fields that a schema does not know, in kube-apiserver's wording. Pure. */
public final class UnknownFields {

  private final List<String> found = new ArrayList<>();

  private UnknownFields() {}

  /** {@code unknown field "spec.foo"} for each, in document order. */
  public static List<String> in(Schema schema, JsonNode document) {
    UnknownFields walk = new UnknownFields();
    walk.visit(schema, document, "");
    return walk.found;
  }

  private void visit(Schema schema, JsonNode value, String path) {
    switch (schema) {
      case Schema.ObjectType type ->
          value.properties().forEach(e -> field(type, e.getKey(), e.getValue(), path));
      case Schema.ListType list -> {
        for (int i = 0; i < value.size(); i++) {
          visit(list.items(), value.get(i), path + "[" + i + "]");
        }
      }
      case Schema.MapType map ->
          value
              .properties()
              .forEach(e -> visit(map.values(), e.getValue(), join(path, e.getKey())));
      case Schema.Scalar scalar -> {}
      case Schema.AnyType any -> {}
    }
  }

  private void field(Schema.ObjectType type, String name, JsonNode value, String path) {
    Schema.Field field = type.fields().get(name);
    if (field != null) {
      visit(field.schema(), value, join(path, name));
    } else if (!type.preserveUnknown()) {
      found.add("unknown field \"" + join(path, name) + "\"");
    }
  }

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}

package dev.ballast.api.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Type definitions in OpenAPI's form. Collects every type that those asked for reach. Built by one
 * thread.
 */
final class Definitions {

  private final Flavour flavour;
  private final TypeNames names;
  private final Map<String, ObjectNode> found = new TreeMap<>();

  Definitions(Flavour flavour, TypeNames names) {
    this.flavour = flavour;
    this.names = names;
  }

  /** A type with all that it refers to. */
  void add(Schema.ObjectType type) {
    if (found.containsKey(type.name())) {
      return;
    }
    ObjectNode definition = Json.object();
    found.put(type.name(), definition);
    object(type, definition);
    names.mark(type.name(), definition);
  }

  /** The list type of a kind, which every kind has and no schema spells. */
  void addList(Kind kind, Schema.ObjectType listMeta) {
    add((Schema.ObjectType) kind.schema());
    add(listMeta);
    String name = TypeNames.definition(kind) + "List";
    ObjectNode list = Json.object();
    list.put("description", "A list of " + kind.plural() + ".");
    list.put("type", "object");
    list.putArray("required").add("items");
    ObjectNode properties = list.putObject("properties");
    properties.putObject("apiVersion").put("type", "string");
    ObjectNode items = properties.putObject("items");
    items.put("description", "The " + kind.plural() + ".").put("type", "array");
    items.set("items", reference(TypeNames.definition(kind)));
    properties.putObject("kind").put("type", "string");
    properties.set("metadata", reference(listMeta.name()));
    names.mark(name, list);
    found.put(name, list);
  }

  /** By name, in order. */
  ObjectNode all() {
    ObjectNode all = Json.object();
    found.forEach(all::set);
    return all;
  }

  private ObjectNode reference(String definition) {
    return Json.object().put("$ref", flavour.reference(definition));
  }

  private void object(Schema.ObjectType type, ObjectNode into) {
    if (!type.description().isEmpty()) {
      into.put("description", type.description());
    }
    into.put("type", "object");
    List<String> required =
        type.fields().values().stream()
            .filter(Schema.Field::required)
            .map(Schema.Field::name)
            .toList();
    if (!required.isEmpty()) {
      ArrayNode names = into.putArray("required");
      required.forEach(names::add);
    }
    ObjectNode properties = Json.object();
    type.fields().values().forEach(field -> properties.set(field.name(), field(field)));
    if (!properties.isEmpty()) {
      into.set("properties", properties);
    }
    if (type.atomic()) {
      into.put("x-kubernetes-map-type", "atomic");
    }
    if (type.preserveUnknown()) {
      into.put("x-kubernetes-preserve-unknown-fields", true);
    }
  }

  private ObjectNode field(Schema.Field field) {
    ObjectNode value = value(field.schema());
    if (!field.description().isEmpty()) {
      value.put("description", field.description());
    }
    if (flavour == Flavour.V3) {
      if (field.defaultValue() != null) {
        value.set("default", field.defaultValue());
      }
      if (value.size() > 1 && value.has("$ref")) {
        // Beside a reference OpenAPI 3.0 ignores everything, so the reference steps aside.
        ObjectNode reference = Json.object();
        reference.set("$ref", value.remove("$ref"));
        value.putArray("allOf").add(reference);
      }
    }
    if (!field.patchStrategy().isEmpty()) {
      value.put("x-kubernetes-patch-strategy", field.patchStrategy());
    }
    return value;
  }

  private ObjectNode value(Schema schema) {
    return switch (schema) {
      case Schema.ObjectType type -> {
        if (type.name().isEmpty()) {
          ObjectNode inline = Json.object();
          object(type, inline);
          yield inline;
        }
        add(type);
        yield reference(type.name());
      }
      case Schema.ListType list -> list(list);
      case Schema.MapType map -> {
        ObjectNode object = Json.object().put("type", "object");
        object.set("additionalProperties", value(map.values()));
        if (map.atomic()) {
          object.put("x-kubernetes-map-type", "atomic");
        }
        yield object;
      }
      case Schema.Scalar scalar -> scalar(scalar);
      case Schema.AnyType any -> Json.object().put("type", "object");
    };
  }

  private ObjectNode list(Schema.ListType list) {
    ObjectNode array = Json.object().put("type", "array");
    array.set("items", value(list.items()));
    switch (list.topology()) {
      case ATOMIC -> array.put("x-kubernetes-list-type", "atomic");
      case SET -> array.put("x-kubernetes-list-type", "set");
      case MAP -> {
        array.put("x-kubernetes-list-type", "map");
        ArrayNode keys = array.putArray("x-kubernetes-list-map-keys");
        list.mapKeys().forEach(keys::add);
      }
    }
    if (!list.mergeKeys().isEmpty()) {
      array.put("x-kubernetes-patch-merge-key", list.mergeKeys().getFirst());
    }
    return array;
  }

  private ObjectNode scalar(Schema.Scalar scalar) {
    if (scalar.type() == Schema.ScalarType.QUANTITY) {
      return leaf("io.k8s.apimachinery.pkg.api.resource.Quantity", quantity());
    }
    if (scalar.type() == Schema.ScalarType.INT_OR_STRING) {
      return leaf("io.k8s.apimachinery.pkg.util.intstr.IntOrString", intOrString());
    }
    if (scalar.format().equals("date-time")) {
      return leaf(
          TypeNames.META + "Time", Json.object().put("type", "string").put("format", "date-time"));
    }
    ObjectNode value = Json.object();
    value.put(
        "type",
        switch (scalar.type()) {
          case INTEGER -> "integer";
          case NUMBER -> "number";
          case BOOLEAN -> "boolean";
          case STRING, INT_OR_STRING, QUANTITY -> "string";
        });
    if (!scalar.format().isEmpty()) {
      value.put("format", scalar.format());
    }
    if (!scalar.allowed().isEmpty()) {
      ArrayNode allowed = value.putArray("enum");
      scalar.allowed().forEach(allowed::add);
    }
    return value;
  }

  /** A definition of its own for a type that JSON spells in a way of its own. */
  private ObjectNode leaf(String name, ObjectNode definition) {
    found.putIfAbsent(name, definition);
    return reference(name);
  }

  private ObjectNode quantity() {
    ObjectNode quantity = Json.object();
    quantity.put(
        "description",
        "A number with an optional suffix: m for thousandths; k, M, G, T, P, E for powers of"
            + " 1000; Ki, Mi, Gi, Ti, Pi, Ei for powers of 1024.");
    if (flavour == Flavour.V2) {
      return quantity.put("type", "string");
    }
    quantity.putArray("oneOf").addObject().put("type", "string");
    quantity.withArrayProperty("oneOf").addObject().put("type", "number");
    return quantity;
  }

  private ObjectNode intOrString() {
    ObjectNode either = Json.object();
    either.put("description", "A number, or a text such as a percentage or a port's name.");
    either.put("format", "int-or-string");
    if (flavour == Flavour.V2) {
      return either.put("type", "string");
    }
    either.putArray("oneOf").addObject().put("type", "integer");
    either.withArrayProperty("oneOf").addObject().put("type", "string");
    return either;
  }
}

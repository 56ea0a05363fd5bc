package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.core.time.Now;
import dev.ballast.kinds.Column;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Columns that many kinds share, and short ways to spell others. Pure. */
final class Columns {

  static final Column NAME =
      new Column(
          "Name",
          "string",
          "name",
          "Unique within the namespace and the kind; fixed once the object exists.",
          0,
          (document, now) -> document.path("metadata").path("name"));

  static final Column AGE =
      new Column(
          "Age",
          "string",
          "",
          "Time since the server accepted the object.",
          0,
          (document, now) -> TextNode.valueOf(age(document, now)));

  static final List<Column> NAME_AND_AGE = List.of(NAME, AGE);

  private Columns() {}

  static Column text(String name, String description, Function<JsonNode, String> cell) {
    return text(name, description, 0, cell);
  }

  static Column wide(String name, String description, Function<JsonNode, String> cell) {
    return text(name, description, 1, cell);
  }

  /** Numbers in a column that Kubernetes declares as text all the same. */
  static Column number(String name, String description, Function<JsonNode, JsonNode> cell) {
    return new Column(name, "string", "", description, 0, (document, now) -> cell.apply(document));
  }

  /** A number found by a JSON pointer; 0 where there is none. */
  static Column count(String name, String description, String pointer) {
    JsonPointer compiled = JsonPointer.compile(pointer);
    return new Column(
        name,
        "integer",
        "",
        description,
        0,
        (document, now) -> LongNode.valueOf(document.at(compiled).asLong()));
  }

  static String orNone(String text) {
    return text.isEmpty() ? "<none>" : text;
  }

  /** {@code a=b,c=d} in the order of the keys. */
  static String labels(JsonNode labels) {
    TreeMap<String, String> sorted = new TreeMap<>();
    labels.properties().forEach(label -> sorted.put(label.getKey(), label.getValue().asText("")));
    return orNone(
        sorted.entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(",")));
  }

  /** A label selector in its query form. */
  static String selector(JsonNode selector) {
    try {
      return selector.isObject()
          ? orNone(Json.MAPPER.convertValue(selector, LabelSelector.class).toString())
          : "<none>";
    } catch (IllegalArgumentException unknownOperator) {
      return "<error>";
    }
  }

  static Column timed(String name, String description, Cell cell) {
    return new Column(
        name,
        "string",
        "",
        description,
        0,
        (document, now) -> TextNode.valueOf(cell.of(document, now)));
  }

  /** A cell of text that depends on the time. */
  @FunctionalInterface
  interface Cell {
    String of(JsonNode document, Now now);
  }

  private static Column text(
      String name, String description, int priority, Function<JsonNode, String> cell) {
    return new Column(
        name,
        "string",
        "",
        description,
        priority,
        (document, now) -> TextNode.valueOf(cell.apply(document)));
  }

  private static String age(JsonNode document, Now now) {
    return HumanDuration.since(document.path("metadata").path("creationTimestamp").asText(""), now);
  }
}

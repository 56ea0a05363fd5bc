package dev.ballast.kinds.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import java.util.List;
import java.util.Locale;

/** JSON Patch, RFC 6902. One run of one patch; used by one thread. */
final class JsonPatch {

  /** As kube-apiserver: more is refused before any is applied. */
  static final int MOST_OPERATIONS = 10_000;

  /** In bytes, of all copies together: each may double the document, so few would fill memory. */
  static final long MOST_COPIED = 3 << 20;

  /** Levels of nesting: what a parser would take from the wire, and less than a stack. */
  static final int DEEPEST = 500;

  private long copied;

  private JsonPatch() {}

  /** The patched copy. */
  static JsonNode apply(JsonNode document, JsonNode patch) {
    if (!patch.isArray()) {
      throw BrokenPatch.malformed(
          "json: cannot unmarshal %s into Go value of type jsonpatch.Patch"
              .formatted(patch.getNodeType().name().toLowerCase(Locale.ROOT)));
    }
    if (patch.size() > MOST_OPERATIONS) {
      throw new BrokenPatch(
          new Failure(
              413,
              "RequestEntityTooLarge",
              "The allowed maximum operations in a JSON patch is %d, got %d"
                  .formatted(MOST_OPERATIONS, patch.size())));
    }
    JsonPatch run = new JsonPatch();
    JsonNode result = document.deepCopy();
    for (JsonNode operation : patch) {
      result = run.applied(result, operation);
    }
    requireDepth(result, DEEPEST);
    return result;
  }

  private JsonNode applied(JsonNode document, JsonNode operation) {
    String name = member(operation, "op").asText();
    List<String> path = pointer(operation, "path");
    return switch (name) {
      case "add" -> add(document, path, member(operation, "value").deepCopy());
      case "remove" -> {
        require(document, path, "remove");
        yield remove(document, path);
      }
      case "replace" -> {
        require(document, path, "replace");
        yield replace(document, path, member(operation, "value").deepCopy());
      }
      case "move" -> move(document, pointer(operation, "from"), path);
      case "copy" -> copy(document, pointer(operation, "from"), path);
      case "test" -> test(document, path, operation.get("value"));
      default ->
          throw BrokenPatch.doesNotApply("Unexpected kind: " + (name.isEmpty() ? "unknown" : name));
    };
  }

  private JsonNode copy(JsonNode document, List<String> from, List<String> to) {
    JsonNode value = require(document, from, "copy");
    requireDepth(value, DEEPEST);
    copied += Json.bytes(value).length;
    if (copied > MOST_COPIED) {
      throw new BrokenPatch(
          new Failure(
              413,
              "RequestEntityTooLarge",
              "Unable to complete the copy, the accumulated size increase of copy is %d, exceeding the limit %d"
                  .formatted(copied, MOST_COPIED)));
    }
    return add(document, to, value.deepCopy());
  }

  private static void requireDepth(JsonNode node, int left) {
    if (left == 0) {
      throw BrokenPatch.doesNotApply("the result is nested deeper than " + DEEPEST + " levels");
    }
    for (JsonNode child : node) {
      requireDepth(child, left - 1);
    }
  }

  private static JsonNode move(JsonNode document, List<String> from, List<String> to) {
    if (to.size() > from.size() && to.subList(0, from.size()).equals(from)) {
      throw BrokenPatch.doesNotApply(
          "cannot move %s into itself at %s".formatted(text(from), text(to)));
    }
    JsonNode value = require(document, from, "move");
    return add(remove(document, from), to, value);
  }

  private static JsonNode test(JsonNode document, List<String> path, JsonNode expected) {
    JsonNode actual = at(document, path);
    boolean equal =
        actual == null
            ? expected == null || expected.isNull()
            : expected != null && actual.equals(JsonPatch::compare, expected);
    if (!equal) {
      throw BrokenPatch.doesNotApply("testing value %s failed: test failed".formatted(text(path)));
    }
    return document;
  }

  /** Numbers are equal by value (RFC 6902 section 4.6). */
  private static int compare(JsonNode one, JsonNode other) {
    return one.isNumber() && other.isNumber()
        ? one.decimalValue().compareTo(other.decimalValue())
        : one.equals(other) ? 0 : 1;
  }

  private static JsonNode add(JsonNode document, List<String> path, JsonNode value) {
    if (path.isEmpty()) {
      return value;
    }
    switch (parent(document, path, "add")) {
      case ObjectNode object -> object.set(path.getLast(), value);
      case ArrayNode array -> {
        String last = path.getLast();
        int index = last.equals("-") ? array.size() : index(last);
        if (index < 0 || index > array.size()) {
          throw missing("add", path);
        }
        array.insert(index, value);
      }
      default -> throw missing("add", path);
    }
    return document;
  }

  private static JsonNode replace(JsonNode document, List<String> path, JsonNode value) {
    if (path.isEmpty()) {
      return value;
    }
    switch (parent(document, path, "replace")) {
      case ObjectNode object -> object.set(path.getLast(), value);
      case ArrayNode array -> array.set(index(path.getLast()), value);
      default -> throw missing("replace", path);
    }
    return document;
  }

  private static JsonNode remove(JsonNode document, List<String> path) {
    if (path.isEmpty()) {
      throw BrokenPatch.doesNotApply("the whole document cannot be removed");
    }
    switch (parent(document, path, "remove")) {
      case ObjectNode object -> object.remove(path.getLast());
      case ArrayNode array -> array.remove(index(path.getLast()));
      default -> throw missing("remove", path);
    }
    return document;
  }

  private static JsonNode parent(JsonNode document, List<String> path, String operation) {
    JsonNode parent = at(document, path.subList(0, path.size() - 1));
    if (parent == null) {
      throw BrokenPatch.doesNotApply(
          "%s operation does not apply: doc is missing path: \"%s\": missing value"
              .formatted(operation, text(path)));
    }
    return parent;
  }

  private static JsonNode require(JsonNode document, List<String> path, String operation) {
    JsonNode value = at(document, path);
    if (value == null) {
      throw missing(operation, path);
    }
    return value;
  }

  private static BrokenPatch missing(String operation, List<String> path) {
    return BrokenPatch.doesNotApply(
        "%s operation does not apply: doc is missing key: %s: missing value"
            .formatted(operation, text(path)));
  }

  /** Null where there is nothing. */
  private static JsonNode at(JsonNode document, List<String> path) {
    JsonNode node = document;
    for (String step : path) {
      node = node == null ? null : node.isArray() ? node.get(index(step)) : node.get(step);
    }
    return node;
  }

  /** -1 for what is no index (RFC 6901: no sign, no leading zero). */
  private static int index(String step) {
    boolean digits =
        !step.isEmpty() && step.length() < 10 && step.chars().allMatch(Character::isDigit);
    return digits && (step.equals("0") || step.charAt(0) != '0') ? Integer.parseInt(step) : -1;
  }

  private static JsonNode member(JsonNode operation, String name) {
    JsonNode value = operation.get(name);
    if (value == null) {
      throw BrokenPatch.doesNotApply("operation %s has no \"%s\"".formatted(operation, name));
    }
    return value;
  }

  private static List<String> pointer(JsonNode operation, String name) {
    JsonNode value = member(operation, name);
    String text = value.asText();
    if (!value.isTextual() || !text.isEmpty() && !text.startsWith("/")) {
      throw BrokenPatch.doesNotApply(
          "\"%s\" of operation %s is no JSON pointer".formatted(name, operation));
    }
    if (text.isEmpty()) {
      return List.of();
    }
    return List.of(text.substring(1).split("/", -1)).stream()
        .map(step -> step.replace("~1", "/").replace("~0", "~"))
        .toList();
  }

  private static String text(List<String> path) {
    StringBuilder text = new StringBuilder();
    path.forEach(step -> text.append('/').append(step.replace("~", "~0").replace("/", "~1")));
    return text.toString();
  }
}

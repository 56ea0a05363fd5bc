package dev.ballast.kinds.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.kinds.schema.Schema;
import dev.ballast.kinds.schema.Schema.ListStrategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One list under a strategic merge, as entries that remember their place. An item of the patch
 * changes at most one entry, and no entry is changed twice: so two ports that share a number and
 * differ in protocol both survive, which the merge key alone would not tell apart.
 */
final class ListMerge {

  static final Schema.ListType ATOMIC =
      new Schema.ListType(new Schema.AnyType(""), ListStrategy.ATOMIC, List.of(), "");

  /**
   * @param before index in the document's list; -1 for a new item
   */
  private record Entry(JsonNode item, int before, boolean patched) {}

  private final Schema.ListType type;
  private final String field;
  private final ObjectNode owner;
  private final List<Entry> entries = new ArrayList<>();

  private ListMerge(Schema.ListType type, String field, ObjectNode owner, ArrayNode current) {
    this.type = type;
    this.field = field;
    this.owner = owner;
    current.forEach(item -> entries.add(new Entry(item, entries.size(), false)));
  }

  /**
   * @param owner the patch object around the list, which carries the list's directives
   */
  static ArrayNode of(
      Schema.ListType type, ArrayNode current, ArrayNode patch, ObjectNode owner, String field) {
    ListMerge merge = new ListMerge(type, field, owner, current);
    return switch (type.strategy()) {
      case ATOMIC -> patch.deepCopy();
      case SET -> merge.union(patch).ordered(patch);
      case MAP ->
          merge.says(patch, "replace") ? merge.replaced(patch) : merge.byKey(patch).ordered(patch);
    };
  }

  private boolean says(ArrayNode patch, String directive) {
    for (JsonNode item : patch) {
      if (!item.isObject()) {
        throw BrokenPatch.malformed(
            "the items of %s must be objects, not %s".formatted(field, item));
      }
      if (directive(item).equals(directive)) {
        return true;
      }
    }
    return false;
  }

  private static String directive(JsonNode item) {
    return item.path(StrategicMergePatch.DIRECTIVE).asText("");
  }

  /** The patch's own items, without the one that only says so. */
  private ArrayNode replaced(ArrayNode patch) {
    ArrayNode result = patch.arrayNode();
    for (JsonNode item : patch) {
      if (!directive(item).equals("replace") || item.size() > 1) {
        result.add(fresh((ObjectNode) item));
      }
    }
    return result;
  }

  /** An item that is new to the document: directives in it act on nothing. */
  private JsonNode fresh(ObjectNode item) {
    return StrategicMergePatch.merge(type.items(), item.objectNode(), item);
  }

  private ListMerge byKey(ArrayNode patch) {
    for (JsonNode item : patch) {
      if (directive(item).equals("delete")) {
        entries.removeIf(entry -> sameKey(entry.item(), item) && agrees(entry.item(), item));
      }
    }
    for (JsonNode item : patch) {
      if (!directive(item).equals("delete")) {
        mergeItem((ObjectNode) item);
      }
    }
    return this;
  }

  private void mergeItem(ObjectNode item) {
    int at = find(entry -> sameKey(entry, item) && agrees(entry, item));
    if (at < 0) {
      at = find(entry -> sameKey(entry, item));
    }
    if (at < 0) {
      entries.add(new Entry(fresh(item), -1, true));
    } else {
      Entry old = entries.get(at);
      JsonNode merged = StrategicMergePatch.merge(type.items(), (ObjectNode) old.item(), item);
      entries.set(at, new Entry(merged, old.before(), true));
    }
  }

  private int find(Predicate<JsonNode> wanted) {
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).patched() && wanted.test(entries.get(i).item())) {
        return i;
      }
    }
    return -1;
  }

  private boolean sameKey(JsonNode entry, JsonNode item) {
    return identity(item).equals(entry.get(type.mergeKeys().getFirst()));
  }

  /** Nothing that server-side apply would tell two items apart by speaks against it. */
  private boolean agrees(JsonNode entry, JsonNode item) {
    return type.mapKeys().stream()
        .allMatch(key -> !item.has(key) || item.get(key).equals(entry.get(key)));
  }

  private ListMerge union(ArrayNode patch) {
    JsonNode removed = owner.path(StrategicMergePatch.DELETE_FROM + field);
    if (!removed.isMissingNode() && !removed.isArray()) {
      throw BrokenPatch.malformed("invalid patch format of primitive list");
    }
    Set<JsonNode> gone = new HashSet<>();
    removed.forEach(gone::add);
    Set<JsonNode> seen = new HashSet<>();
    entries.removeIf(entry -> gone.contains(entry.item()) || !seen.add(entry.item()));
    for (JsonNode item : patch) {
      if (seen.add(item)) {
        entries.add(new Entry(item, -1, true));
      }
    }
    return this;
  }

  /**
   * Entries that {@code $setElementOrder} names stand in its order; the others keep their place
   * before the next entry that was behind them. Without the directive the order is that of the
   * document, new items last.
   */
  private ArrayNode ordered(ArrayNode patch) {
    ArrayNode result = patch.arrayNode();
    JsonNode wanted = owner.get(StrategicMergePatch.ORDER + field);
    if (wanted == null) {
      entries.forEach(entry -> result.add(entry.item()));
      return result;
    }
    Map<JsonNode, Integer> order = order(wanted, patch);
    List<Entry> named = new ArrayList<>();
    List<Entry> others = new ArrayList<>();
    entries.forEach(
        entry -> (order.containsKey(identity(entry.item())) ? named : others).add(entry));
    named.sort(Comparator.comparingInt(entry -> order.get(identity(entry.item()))));
    int next = 0;
    for (Entry entry : named) {
      while (next < others.size()
          && (entry.before() < 0 || others.get(next).before() < entry.before())) {
        result.add(others.get(next++).item());
      }
      result.add(entry.item());
    }
    others.subList(next, others.size()).forEach(entry -> result.add(entry.item()));
    return result;
  }

  /** The identities, each with its place asked for; they must cover the patch's own items. */
  private Map<JsonNode, Integer> order(JsonNode wanted, ArrayNode patch) {
    if (!wanted.isArray()) {
      throw BrokenPatch.malformed("invalid patch format of setElementOrder list");
    }
    Map<JsonNode, Integer> order = new HashMap<>();
    wanted.forEach(item -> order.putIfAbsent(identity(item), order.size()));
    for (JsonNode item : patch) {
      if (directive(item).isEmpty() && !order.containsKey(identity(item))) {
        throw BrokenPatch.doesNotApply(
            "item %s of the patch list %s is missing from its $setElementOrder %s"
                .formatted(item, field, wanted));
      }
    }
    return order;
  }

  /** What tells items apart: the merge key, or in a set of scalars the item itself. */
  private JsonNode identity(JsonNode item) {
    if (type.strategy() != ListStrategy.MAP) {
      return item;
    }
    String mergeKey = type.mergeKeys().getFirst();
    JsonNode key = item.get(mergeKey);
    if (key == null || key.isNull()) {
      throw BrokenPatch.doesNotApply(
          "map: %s does not contain declared merge key: %s".formatted(item, mergeKey));
    }
    return key;
  }
}

package dev.ballast.kinds.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * A structural schema: what a value may look like. One form for built-in kinds (from the schema
 * data) and for CustomResourceDefinitions. Immutable; named object types are shared and may be
 * recursive, so never walk without a document or a visited set.
 */
public sealed interface Schema {

  /** Text for people; "" where nothing is said. */
  String description();

  /**
   * An object with known fields.
   *
   * @param name definition name as OpenAPI has it ({@code io.k8s.api.core.v1.Container}), or ""
   */
  non-sealed interface ObjectType extends Schema {
    String name();

    Map<String, Field> fields();

    /** True keeps fields that are not listed. */
    boolean preserveUnknown();

    /** True when server-side apply owns the object as one value ({@code x-kubernetes-map-type}). */
    default boolean atomic() {
      return false;
    }
  }

  /**
   * One field of an object.
   *
   * @param required what OpenAPI and generated clients say; the server itself may be lenient
   * @param defaultValue null where there is none
   * @param mandatory true when the server refuses an object without it (absent, null or empty)
   * @param rule name of the syntax check of a value ({@link Rules}), or ""
   * @param patchStrategy x-kubernetes-patch-strategy: of merge, replace and retainKeys, with
   *     commas; replace takes an object whole
   */
  record Field(
      String name,
      Schema schema,
      boolean required,
      JsonNode defaultValue,
      String description,
      boolean mandatory,
      String rule,
      String patchStrategy,
      boolean explicit) {

    public Field(
        String name, Schema schema, boolean required, JsonNode defaultValue, String description) {
      this(name, schema, required, defaultValue, description, false, "", "", true);
    }

    /** A zero is no value where the API has no way to tell it from an absent one. */
    public boolean isUnset(JsonNode value) {
      if (value == null || value.isNull()) {
        return true;
      }
      if (explicit || !(schema instanceof Scalar scalar)) {
        return false;
      }
      return switch (scalar.type()) {
        case STRING -> value.asText().isEmpty();
        case INTEGER -> value.asLong() == 0;
        case BOOLEAN, NUMBER, INT_OR_STRING, QUANTITY -> false;
      };
    }
  }

  /**
   * A list.
   *
   * @param mergeKeys fields that identify an item; empty when the list is atomic
   * @param strategy how a strategic merge treats it
   * @param topology how server-side apply treats it ({@code x-kubernetes-list-type}); for a few
   *     lists this differs from the strategy
   * @param mapKeys the keys of topology MAP
   */
  record ListType(
      Schema items,
      ListStrategy strategy,
      List<String> mergeKeys,
      ListStrategy topology,
      List<String> mapKeys,
      String description)
      implements Schema {

    public ListType {
      mergeKeys = List.copyOf(mergeKeys);
      mapKeys = List.copyOf(mapKeys);
    }

    public ListType(
        Schema items, ListStrategy strategy, List<String> mergeKeys, String description) {
      this(items, strategy, mergeKeys, strategy, mergeKeys, description);
    }
  }

  enum ListStrategy {
    ATOMIC,
    /** Items are scalars of a set. */
    SET,
    /** Items are objects with merge keys. */
    MAP
  }

  /**
   * String keys, values of one schema.
   *
   * @param atomic server-side apply owns it as one value
   */
  record MapType(Schema values, boolean atomic, String description) implements Schema {
    public MapType(Schema values, String description) {
      this(values, false, description);
    }
  }

  /**
   * A single value.
   *
   * @param format OpenAPI format: int32, int64, double, date-time, byte, int-or-string, quantity…
   * @param allowed the enumeration, or empty
   */
  record Scalar(ScalarType type, String format, List<String> allowed, String description)
      implements Schema {}

  enum ScalarType {
    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    /** IntOrString: either form is kept as written. */
    INT_OR_STRING,
    /** Quantity: string or number, stored as written. */
    QUANTITY
  }

  /** Anything at all: RawExtension, FieldsV1, JSON. */
  record AnyType(String description) implements Schema {}
}

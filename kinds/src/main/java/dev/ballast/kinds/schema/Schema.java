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
  }

  /**
   * @param defaultValue null where there is none
   */
  record Field(
      String name, Schema schema, boolean required, JsonNode defaultValue, String description) {}

  /**
   * A list.
   *
   * @param mergeKeys fields that identify an item; empty when the list is atomic
   * @param strategy how a strategic merge treats it
   */
  record ListType(Schema items, ListStrategy strategy, List<String> mergeKeys, String description)
      implements Schema {}

  enum ListStrategy {
    ATOMIC,
    /** Items are scalars of a set. */
    SET,
    /** Items are objects with merge keys. */
    MAP
  }

  /** String keys, values of one schema. */
  record MapType(Schema values, String description) implements Schema {}

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

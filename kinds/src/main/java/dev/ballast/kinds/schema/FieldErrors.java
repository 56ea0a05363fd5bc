package dev.ballast.kinds.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.ballast.core.status.Failure.Cause;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The ways a field can be wrong, worded as kube-apiserver words them; clients and people match on
 * these texts. A cause's message leaves the path out: a Status joins {@code field: message}. Pure.
 */
public final class FieldErrors {

  private FieldErrors() {}

  public static Cause required(String field) {
    return new Cause("FieldValueRequired", "Required value", field);
  }

  public static Cause required(String field, String detail) {
    return new Cause("FieldValueRequired", "Required value: " + detail, field);
  }

  public static Cause invalid(String field, String value, String detail) {
    return invalid(field, TextNode.valueOf(value), detail);
  }

  public static Cause invalid(String field, JsonNode value, String detail) {
    return new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + detail, field);
  }

  public static Cause invalid(String field, long value, String detail) {
    return new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + detail, field);
  }

  public static Cause notSupported(String field, String value, List<String> supported) {
    return new Cause(
        "FieldValueNotSupported",
        "Unsupported value: \""
            + value
            + "\": supported values: "
            + supported.stream().map(s -> '"' + s + '"').collect(Collectors.joining(", ")),
        field);
  }

  public static Cause duplicate(String field, String value) {
    return new Cause("FieldValueDuplicate", "Duplicate value: " + TextNode.valueOf(value), field);
  }

  public static Cause duplicate(String field, JsonNode value) {
    return new Cause("FieldValueDuplicate", "Duplicate value: " + value, field);
  }

  public static Cause forbidden(String field, String detail) {
    return new Cause("FieldValueForbidden", "Forbidden: " + detail, field);
  }

  public static Cause notFound(String field, String value) {
    return new Cause("FieldValueNotFound", "Not found: " + TextNode.valueOf(value), field);
  }

  /**
   * @param limit in bytes of UTF-8
   */
  public static Cause tooLong(String field, int limit) {
    return new Cause(
        "FieldValueTooLong", "Too long: may not be more than " + limit + " bytes", field);
  }

  public static Cause tooMany(String field, int actual, int limit) {
    return new Cause(
        "FieldValueTooMany",
        "Too many: " + actual + ": must have at most " + limit + (limit == 1 ? " item" : " items"),
        field);
  }
}

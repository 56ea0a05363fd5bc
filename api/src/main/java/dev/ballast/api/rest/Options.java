package dev.ballast.api.rest;

import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.core.status.Failures;
import java.util.List;

/** How kube-apiserver words what is wrong with a request's parameters. Pure. */
final class Options {

  private Options() {}

  static Failure forbidden(String options, String field, String why) {
    return invalid(options, new Cause("FieldValueForbidden", "Forbidden: " + why, field));
  }

  static Failure invalidValue(String options, String field, String value, String why) {
    return invalid(
        options, new Cause("FieldValueInvalid", "Invalid value: \"" + value + "\": " + why, field));
  }

  static Failure unsupported(String options, String field, String value, String... supported) {
    String list = "\"" + String.join("\", \"", supported) + "\"";
    return invalid(
        options,
        new Cause(
            "FieldValueNotSupported",
            "Unsupported value: \"" + value + "\": supported values: " + list,
            field));
  }

  private static Failure invalid(String options, Cause cause) {
    return Failures.invalid("meta.k8s.io", options, "", List.of(cause));
  }
}

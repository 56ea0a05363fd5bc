package dev.ballast.kinds.schema;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.status.Failure.Cause;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The syntax rules that schema data may name. Pure. */
public final class Rules {

  /** Checks one present value. */
  @FunctionalInterface
  public interface Rule {
    Optional<Cause> check(String path, JsonNode value);
  }

  private static final Pattern HTTP_HEADER = Pattern.compile("[-A-Za-z0-9]+");

  private static final Map<String, Rule> BY_NAME =
      Map.ofEntries(
          entry("non-negative", atLeast(0, "must be greater than or equal to 0")),
          entry("positive", atLeast(1, "must be greater than 0")),
          entry("port", between(1, 65535)),
          entry("deadline", between(1, Integer.MAX_VALUE)),
          entry("token-seconds", atLeast(600, "may not specify a duration less than 10 minutes")),
          entry("http-header", text(Rules::httpHeader)),
          entry("user-id", between(0, Integer.MAX_VALUE)),
          entry("file-mode", fileMode()),
          entry("weight", between(1, 100)),
          entry("score-weight", between(0, 100)),
          entry("within-an-hour", between(0, 3600)),
          entry("non-negative-quantity", Rules::quantity),
          entry("label", text(Names::label)),
          entry("subdomain", text(Names::subdomain)),
          entry("qualified", text(Names::qualified)),
          entry("label-value", text(Names::labelValue)),
          entry("config-key", text(Names::configKey)),
          entry("environment", text(Names::environment)),
          entry("port-name", text(Names::portName)),
          entry("ip", text(Addresses::ip)),
          entry("cidr", text(Addresses::cidr)),
          entry("port-or-name", Rules::portOrName),
          entry("absolute", text(Rules::absolute)),
          entry("no-backstep", text(Rules::noBackstep)),
          entry("relative", text(Rules::relative)));

  private Rules() {}

  /**
   * @throws IllegalArgumentException when the data names a rule that does not exist
   */
  public static Rule named(String name) {
    Rule rule = BY_NAME.get(name);
    if (rule == null) {
      throw new IllegalArgumentException("no such schema rule: " + name);
    }
    return rule;
  }

  private static Rule atLeast(long least, String otherwise) {
    return (path, value) ->
        value.asLong() >= least
            ? Optional.empty()
            : Optional.of(FieldErrors.invalid(path, value, otherwise));
  }

  private static Rule between(long least, long most) {
    return (path, value) ->
        value.asLong() >= least && value.asLong() <= most
            ? Optional.empty()
            : Optional.of(
                FieldErrors.invalid(
                    path, value, "must be between " + least + " and " + most + ", inclusive"));
  }

  private static Rule fileMode() {
    return (path, value) ->
        value.asLong() >= 0 && value.asLong() <= 0777
            ? Optional.empty()
            : Optional.of(
                FieldErrors.invalid(
                    path, value, "must be a number between 0 and 0777 (octal), both inclusive"));
  }

  private static Rule text(Function<String, Optional<String>> syntax) {
    return (path, value) ->
        syntax.apply(value.asText()).map(wrong -> FieldErrors.invalid(path, value, wrong));
  }

  private static Optional<Cause> quantity(String path, JsonNode value) {
    return Quantity.parse(value.asText().trim()).value().signum() >= 0
        ? Optional.empty()
        : Optional.of(
            FieldErrors.invalid(path, value.asText(), "must be greater than or equal to 0"));
  }

  private static Optional<Cause> portOrName(String path, JsonNode value) {
    return value.isTextual()
        ? named("port-name").check(path, value)
        : named("port").check(path, value);
  }

  private static Optional<String> httpHeader(String name) {
    return HTTP_HEADER.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            "a valid HTTP header must consist of alphanumeric characters or '-' (e.g."
                + " 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')");
  }

  private static Optional<String> absolute(String path) {
    return path.startsWith("/") ? Optional.empty() : Optional.of("must be an absolute path");
  }

  private static Optional<String> noBackstep(String path) {
    for (String part : path.split("/")) {
      if (part.equals("..")) {
        return Optional.of("must not contain '..'");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> relative(String path) {
    return path.startsWith("/") ? Optional.of("must be a relative path") : noBackstep(path);
  }
}

package dev.ballast.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.wire.Bodies;
import dev.ballast.api.wire.Body;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.Resources.FieldValidation;
import dev.ballast.kinds.Resources.WriteOptions;
import java.util.List;

/** What a write request says besides its path: body, options, and who. */
final class Parameters {

  private Parameters() {}

  /** A body that must be an object. */
  record Input(ObjectNode object, List<String> duplicates) {}

  /**
   * @param kind what the body must be, for the message
   */
  static Input object(Exchange exchange, Bodies bodies, String kind) throws Refusal {
    return object(bodies.read(exchange.header("Content-Type"), exchange.body()), kind);
  }

  private static Input object(Body body, String kind) throws Refusal {
    return switch (body) {
      case Body.Decoded decoded -> {
        if (decoded.tree() instanceof ObjectNode object) {
          yield new Input(object, decoded.duplicates());
        }
        throw unrecognised(kind, "the document is no object");
      }
      case Body.Malformed malformed -> throw unrecognised(kind, malformed.why());
      case Body.Unsupported unsupported -> throw unsupported(unsupported.mediaType());
    };
  }

  private static Refusal unrecognised(String kind, String why) {
    return new Refusal(
        Failures.badRequest(
            "the object provided is unrecognized (must be of type "
                + kind
                + "): couldn't get version/kind; parse error: "
                + why));
  }

  static Refusal unsupported(String mediaType) {
    return new Refusal(
        new Failure(
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format ("
                + mediaType
                + ") - accepted media types include: application/json, application/yaml,"
                + " application/vnd.kubernetes.protobuf"));
  }

  /**
   * @param options the kind of options, for the message: CreateOptions, PatchOptions…
   */
  static WriteOptions write(Exchange exchange, String options, List<String> duplicates)
      throws Refusal {
    return new WriteOptions(
        dryRun(exchange.queries("dryRun"), options),
        validation(exchange.query("fieldValidation"), options),
        manager(exchange),
        exchange.user(),
        duplicates);
  }

  static boolean dryRun(List<String> values, String options) throws Refusal {
    for (String value : values) {
      if (!value.equals("All") && !value.isEmpty()) {
        throw new Refusal(Options.unsupported(options, "dryRun", value, "All"));
      }
    }
    return values.contains("All");
  }

  private static FieldValidation validation(String value, String options) throws Refusal {
    return switch (value) {
      case "", "Warn" -> FieldValidation.WARN;
      case "Ignore" -> FieldValidation.IGNORE;
      case "Strict" -> FieldValidation.STRICT;
      default ->
          throw new Refusal(
              Options.unsupported(options, "fieldValidation", value, "Ignore", "Warn", "Strict"));
    };
  }

  /** Named by the client, else the first word of its User-Agent, as kube-apiserver does. */
  private static String manager(Exchange exchange) {
    String named = exchange.query("fieldManager");
    String agent = exchange.header("User-Agent");
    int end = agent.indexOf('/');
    return !named.isEmpty() ? named : end < 0 ? agent : agent.substring(0, end);
  }

  static boolean isNull(JsonNode node) {
    return node == null || node.isNull() || node.isMissingNode();
  }
}

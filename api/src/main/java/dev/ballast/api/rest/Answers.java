package dev.ballast.api.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.wire.MediaType;
import dev.ballast.api.wire.Rendering;
import dev.ballast.api.wire.Renderings;
import dev.ballast.api.wire.Representation;
import dev.ballast.api.wire.YamlAnswers;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.time.Now;
import dev.ballast.kinds.Kind;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Sends what was rendered, in the format that the client accepts. */
final class Answers {

  private static final Failure NOT_ACCEPTABLE =
      new Failure(
          406,
          "NotAcceptable",
          "only the following media types are accepted: application/json, application/yaml");

  private Answers() {}

  static Representation wanted(Exchange exchange) throws Refusal {
    return Representation.of(exchange.header("Accept"))
        .orElseThrow(() -> new Refusal(NOT_ACCEPTABLE));
  }

  static Rendering rendering(Exchange exchange, Kind kind, Now now) throws Refusal {
    String include = exchange.query("includeObject");
    return Renderings.of(kind, wanted(exchange), include, now)
        .orElseThrow(
            () ->
                new Refusal(
                    Failures.badRequest(
                        "includeObject \""
                            + include
                            + "\" is not supported; use None, Metadata or Object")));
  }

  static void send(Exchange exchange, int code, List<byte[]> parts) throws Refusal {
    if (wanted(exchange).yaml()) {
      exchange.send(code, MediaType.YAML, YamlAnswers.of(joined(parts)));
    } else {
      exchange.send(code, MediaType.JSON, parts.toArray(byte[][]::new));
    }
  }

  static void send(Exchange exchange, int code, ObjectNode object) throws Refusal {
    send(exchange, code, List.of(Json.bytes(object)));
  }

  static void warn(Exchange exchange, List<String> warnings) {
    for (String warning : warnings) {
      exchange.addHeader("Warning", "299 - \"" + quoted(warning) + "\"");
    }
  }

  private static String quoted(String warning) {
    return warning.replaceAll("[\\p{Cntrl}]", " ").replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }
}

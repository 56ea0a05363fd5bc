package dev.ballast.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a Kubernetes Status back into the failure that it was. Pure. */
final class StatusReader {

  private static final int QUOTED = 300;

  private StatusReader() {}

  /** The failure in an answer's body; a body that is no Status is quoted. */
  static Failure failure(int code, byte[] body) {
    try {
      JsonNode status = Json.MAPPER.readTree(body);
      if (status.path("kind").asText().equals("Status")) {
        return failure(status);
      }
    } catch (IOException notJson) {
      // Quoted below: a proxy in between speaks HTML.
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return new Failure(
        code,
        "Unknown",
        "the server answered "
            + code
            + (text.isEmpty() ? "" : ": " + text.substring(0, Math.min(QUOTED, text.length()))));
  }

  static Failure failure(JsonNode status) {
    JsonNode details = status.path("details");
    List<Failure.Cause> causes = new ArrayList<>();
    for (JsonNode cause : details.path("causes")) {
      causes.add(
          new Failure.Cause(
              cause.path("reason").asText(),
              cause.path("message").asText(),
              cause.path("field").asText()));
    }
    return new Failure(
        status.path("code").asInt(),
        status.path("reason").asText(),
        status.path("message").asText(),
        new Failure.Details(
            details.path("name").asText(),
            details.path("group").asText(),
            details.path("kind").asText(),
            details.path("uid").asText(),
            causes,
            details.path("retryAfterSeconds").asInt()));
  }
}

package dev.ballast.api.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.Statuses;
import dev.ballast.core.node.Frame;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Failures in kube-apiserver's words, and the Status form in which they travel in streams. Pure.
 */
final class Failures {

  private Failures() {}

  static Refusal badRequest(String message) {
    return new Refusal(new Failure(400, "BadRequest", message));
  }

  static Refusal notFound(String plural, String name) {
    return new Refusal(
        new Failure(
            404,
            "NotFound",
            plural + " \"" + name + "\" not found",
            new Failure.Details(name, "", plural, "", List.of(), 0)));
  }

  static Refusal unavailable(String message) {
    return new Refusal(new Failure(503, "ServiceUnavailable", message));
  }

  static Refusal methodNotAllowed() {
    return new Refusal(
        new Failure(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource"));
  }

  static Frame frame(Failure failure) {
    return new Frame(Frame.ERROR, Statuses.bytes(failure));
  }

  /** What an agent put on the error channel; text that is no Status is quoted. */
  static Failure read(Frame error) {
    try {
      JsonNode status = Json.MAPPER.readTree(error.data());
      int code = status.path("code").asInt();
      return new Failure(
          code == 0 ? 500 : code,
          status.path("reason").asText("InternalError"),
          status.path("message").asText());
    } catch (IOException noStatus) {
      return new Failure(
          500, "InternalError", new String(error.data(), StandardCharsets.UTF_8).strip());
    }
  }
}

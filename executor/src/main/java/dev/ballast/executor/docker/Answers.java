package dev.ballast.executor.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import java.io.IOException;

/** What the engine says about a refusal, without status lines and JSON around it. Pure. */
final class Answers {

  private Answers() {}

  /** docker-java puts the answer's body behind {@code Status 404: }. */
  static String words(Throwable refusal) {
    String text = String.valueOf(refusal.getMessage()).strip();
    return words(text.replaceFirst("^Status \\d+: ", ""));
  }

  /**
   * @param body of an answer
   */
  static String words(String body) {
    String text = body.strip();
    if (!text.startsWith("{")) {
      return text;
    }
    try {
      JsonNode message = Json.MAPPER.readTree(text).path("message");
      return message.isTextual() ? message.asText().replace('\n', ' ').strip() : text;
    } catch (IOException notJson) {
      return text;
    }
  }
}

package dev.ballast.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;

/** What became of one request. */
public sealed interface Answer {

  /** Status 2xx. */
  record Done(int code, byte[] body) implements Answer {

    /** The body, which must be a JSON object. */
    public ObjectNode json() {
      return Json.parse(body);
    }
  }

  /** The server said no, in a Status or in words of its own. */
  record Refused(Failure failure) implements Answer {}

  /**
   * No answer.
   *
   * @param perhapsDone true when the request may have reached a server, and so may have taken
   *     effect; false when it certainly did not
   */
  record Unreachable(String reason, boolean perhapsDone) implements Answer {}
}

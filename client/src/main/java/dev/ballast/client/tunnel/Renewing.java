package dev.ballast.client.tunnel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.node.LeaseRenewals;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Timers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The renewals that wait for the server's answer on a control link. Thread-safe. */
final class Renewing {

  private final Map<String, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();
  private final Timers timers;

  Renewing(Timers timers) {
    this.timers = timers;
  }

  /** Blocks until the answer is there, or does not come. */
  boolean renew(ControlLink link, String time) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    waiting.put(time, answer);
    Timers.Scheduled timeout =
        timers.schedule(LeaseRenewals.PATIENCE, () -> answer.complete(false));
    try {
      link.tell(Json.object().put("renew", time).toString());
      return link.isOpen() && answer.join();
    } finally {
      timeout.cancel();
      waiting.remove(time);
    }
  }

  /** Takes a message that is an answer; says of others that they are none. */
  boolean take(JsonNode message) {
    return answered(message.path("renewed"), true) || answered(message.path("notRenewed"), false);
  }

  private boolean answered(JsonNode time, boolean renewed) {
    if (!time.isTextual()) {
      return false;
    }
    CompletableFuture<Boolean> answer = waiting.get(time.asText());
    if (answer != null) {
      answer.complete(renewed);
    }
    return true;
  }

  /** The link is gone. */
  void lost() {
    waiting.values().forEach(answer -> answer.complete(false));
  }
}

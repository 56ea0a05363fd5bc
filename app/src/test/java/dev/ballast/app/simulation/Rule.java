package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Something that must never be. Rules see what really happened, not what any process believes:
 * every commit in order, every start of a container, and what runs at each look.
 */
interface Rule {

  /** One object as a commit left it; its last form where it is gone. */
  record Change(ObjectKey key, boolean gone, JsonNode object) {
    String uid() {
      return object.path("metadata").path("uid").asText();
    }

    boolean deleting() {
      return object.path("metadata").has("deletionTimestamp");
    }

    String phase() {
      return object.path("status").path("phase").asText();
    }

    boolean isTerminal() {
      return phase().equals("Succeeded") || phase().equals("Failed");
    }
  }

  record Commit(long revision, Duration at, List<Change> changes) {}

  record Start(String node, String uid, String container, int attempt) {}

  /**
   * @param container "" for the pod's sandbox
   * @param quiet since when the node's agent, engine and link have been well
   */
  record Running(String node, String uid, String container, Duration quiet) {}

  record Look(Duration at, List<Running> running) {}

  default void committed(Commit commit, Consumer<String> broken) {}

  default void started(Start start, Consumer<String> broken) {}

  default void looked(Look look, Consumer<String> broken) {}
}

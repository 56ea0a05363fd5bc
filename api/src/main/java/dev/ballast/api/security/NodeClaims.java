package dev.ballast.api.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Timers;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Which key holds which node's name. The claim is an annotation of the Node object, made with the
 * object by the first agent that asks for the name, and gone with it; a node is {@code NotReady}
 * until its agent has reported. Thread-safe; blocks on the store.
 */
final class NodeClaims {

  private static final int ATTEMPTS = 10;

  private final ResourceStore store;
  private final Timers timers;

  /**
   * @param store admits, and writes in the control plane's name
   */
  NodeClaims(ResourceStore store, Timers timers) {
    this.store = store;
    this.timers = timers;
  }

  sealed interface Claim {
    /**
     * @param uid of the Node
     */
    record Held(String uid) implements Claim {}

    record Refused(Failure failure) implements Claim {}
  }

  /**
   * The name for this key: if it is free, or the key's already.
   *
   * @param spec whose providerID and taints a new Node is made with, so that it has them before any
   *     pod may come
   */
  Claim claim(String node, String fingerprint, JsonNode spec) {
    ObjectKey key = ObjectKey.cluster(ResourceType.NODES, node);
    CommitResult last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Document> stored = store.get(key);
      if (stored.isPresent()) {
        ObjectNode tree = stored.get().tree();
        String holder = NodeTokens.holder(tree.path("metadata"));
        if (holder.equals(fingerprint)) {
          return new Claim.Held(tree.path("metadata").path("uid").asText());
        }
        if (!holder.isEmpty()) {
          return new Claim.Refused(taken(key));
        }
      }
      last =
          store.commit(
              stored
                  .<Write>map(document -> adopted(document, fingerprint))
                  .orElseGet(
                      () -> new Write.Create(key, Json.storable(fresh(node, fingerprint, spec)))));
      switch (last) {
        case CommitResult.Refused refused -> {
          return new Claim.Refused(refused.failure());
        }
        case CommitResult.Unavailable down -> {
          return new Claim.Refused(Failures.unavailable(down.reason()));
        }
        case CommitResult lookAgain -> {}
      }
    }
    return new Claim.Refused(Failures.unavailable("the node changes all the time: " + last));
  }

  private static Failure taken(ObjectKey key) {
    return Failures.conflict(
        key,
        "another agent's key holds this name. Start the agent with the directory that it used"
            + " before, give it another name, or, if that machine is gone, delete the Node");
  }

  private static Write adopted(Document document, String fingerprint) {
    ObjectNode tree = document.tree();
    tree.withObjectProperty("metadata")
        .withObjectProperty("annotations")
        .put(NodeTokens.KEY, fingerprint);
    return new Write.Replace(document.key(), document.revision(), "", Json.storable(tree));
  }

  private ObjectNode fresh(String node, String fingerprint, JsonNode spec) {
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Node");
    object
        .putObject("metadata")
        .put("name", node)
        .putObject("annotations")
        .put(NodeTokens.KEY, fingerprint);
    for (String field : List.of("providerID", "taints")) {
      if (spec.hasNonNull(field)) {
        object.withObjectProperty("spec").set(field, spec.get(field));
      }
    }
    String now = timers.now().wall().truncatedTo(ChronoUnit.SECONDS).toString();
    object
        .putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", "False")
        .put("lastHeartbeatTime", now)
        .put("lastTransitionTime", now)
        .put("reason", "KubeletNotReady")
        .put("message", "the agent has its credential, and has not reported yet");
    return object;
  }
}

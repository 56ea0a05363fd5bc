package dev.ballast.testkit.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Timers;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an admitting store adds to a bare one, as far as controllers notice: uids, timestamps,
 * generations, status as a part of its own, finalizers, graceful deletion of bound pods, the
 * deletion of namespaces. No schemas, no defaults. Faults are injected by {@link #beforeCommit}.
 *
 * <p>Thread-safe as its store is.
 */
public final class ToyApi implements ResourceStore {

  private final ResourceStore store;
  private final Timers timers;
  private final Ids ids;
  private volatile Function<Write, Optional<CommitResult>> fault = write -> Optional.empty();

  public ToyApi(ResourceStore store, Timers timers, Ids ids) {
    this.store = store;
    this.timers = timers;
    this.ids = ids;
  }

  /** Asks before each write; a result is answered instead of committing. It may throw, too. */
  public void beforeCommit(Function<Write, Optional<CommitResult>> fault) {
    this.fault = fault;
  }

  @Override
  public CommitResult commit(List<Write> writes) {
    List<Write> staged = new ArrayList<>();
    for (Write write : writes) {
      Optional<CommitResult> injected = fault.apply(write);
      if (injected.isPresent()) {
        return injected.get();
      }
      Optional<Document> current = store.get(write.key());
      switch (write) {
        case Write.Create create -> {
          if (inDyingNamespace(create.key())) {
            return new CommitResult.Refused(
                new Failure(403, "Forbidden", "namespace is being terminated"));
          }
          staged.add(new Write.Create(create.key(), Json.storable(created(create))));
        }
        case Write.Replace replace -> {
          if (current.isEmpty()) {
            return new CommitResult.NotFound(replace.key());
          }
          staged.add(replaced(replace, current.get()));
        }
        case Write.Delete delete -> {
          if (current.isEmpty()) {
            return new CommitResult.NotFound(delete.key());
          }
          staged.add(deleted(delete, current.get()));
        }
      }
    }
    return store.commit(staged);
  }

  private boolean inDyingNamespace(ObjectKey key) {
    return !key.namespace().isEmpty()
        && store
            .get(ObjectKey.cluster(ResourceType.NAMESPACES, key.namespace()))
            .map(document -> document.tree().path("metadata").has("deletionTimestamp"))
            .orElse(false);
  }

  private ObjectNode created(Write.Create create) {
    ObjectNode document = Json.parse(create.json());
    document
        .withObject("/metadata")
        .put("uid", ids.uid())
        .put("generation", 1)
        .put("creationTimestamp", now());
    if (!create.key().type().equals(ResourceType.NODES)) {
      document.remove("status");
    }
    if (create.key().type().equals(ResourceType.PODS)) {
      document.putObject("status").put("phase", "Pending");
    }
    if (create.key().type().equals(ResourceType.NAMESPACES)) {
      document.putObject("status").put("phase", "Active");
      document.putObject("spec").putArray("finalizers").add("kubernetes");
    }
    return document;
  }

  private Write replaced(Write.Replace replace, Document current) {
    ObjectNode before = current.tree();
    ObjectNode after = Json.parse(replace.json());
    switch (replace.subresource()) {
      case "status" -> {
        ObjectNode status = after;
        after = before.deepCopy();
        after.set("status", status.path("status"));
      }
      case "finalize" -> {
        ObjectNode finalized = after;
        after = before.deepCopy();
        after.set("spec", finalized.path("spec"));
      }
      default -> {
        if (before.has("status")) {
          after.set("status", before.path("status"));
        }
        if (!before.path("spec").equals(after.path("spec"))) {
          long generation = before.path("metadata").path("generation").asLong();
          after.withObject("/metadata").put("generation", generation + 1);
        }
      }
    }
    boolean goes =
        after.path("metadata").has("deletionTimestamp")
            && after.path("metadata").path("finalizers").isEmpty()
            && after.path("spec").path("finalizers").isEmpty()
            && !waitsForNode(replace.key(), after);
    return goes
        ? new Write.Delete(replace.key(), replace.expectedRevision(), DeleteOptions.DEFAULTS)
        : new Write.Replace(replace.key(), replace.expectedRevision(), "", Json.storable(after));
  }

  /** A bound pod stays until its node says that it ended. */
  private static boolean waitsForNode(ObjectKey key, ObjectNode document) {
    String phase = document.path("status").path("phase").asText();
    return key.type().equals(ResourceType.PODS)
        && document.path("spec").has("nodeName")
        && document.path("metadata").path("deletionGracePeriodSeconds").asLong() > 0
        && !phase.equals("Succeeded")
        && !phase.equals("Failed");
  }

  private Write deleted(Write.Delete delete, Document current) {
    ObjectNode document = current.tree();
    ObjectNode metadata = document.withObject("/metadata");
    DeleteOptions options = delete.options();
    boolean isPod = delete.key().type().equals(ResourceType.PODS);
    long grace = options.gracePeriodSeconds() >= 0 ? options.gracePeriodSeconds() : isPod ? 30 : 0;
    if (!metadata.has("deletionTimestamp") || grace == 0) {
      metadata.put("deletionGracePeriodSeconds", grace);
    }
    switch (options.propagation()) {
      case FOREGROUND -> addFinalizer(metadata, "foregroundDeletion");
      case ORPHAN -> addFinalizer(metadata, "orphan");
      case DEFAULT, BACKGROUND -> {}
    }
    boolean stays =
        !metadata.path("finalizers").isEmpty()
            || !document.path("spec").path("finalizers").isEmpty()
            || waitsForNode(delete.key(), document);
    if (!stays) {
      long expected = delete.expectedRevision();
      return new Write.Delete(delete.key(), expected, options);
    }
    if (!metadata.has("deletionTimestamp")) {
      metadata.put("deletionTimestamp", now());
    }
    if (delete.key().type().equals(ResourceType.NAMESPACES)) {
      document.withObject("/status").put("phase", "Terminating");
    }
    String uid = metadata.path("uid").asText();
    long expected =
        options.uid().isEmpty() || options.uid().equals(uid)
            ? current.revision()
            : Long.MAX_VALUE; // never there: a conflict
    return new Write.Replace(delete.key(), expected, "", Json.storable(document));
  }

  private static void addFinalizer(ObjectNode metadata, String finalizer) {
    ArrayNode finalizers = metadata.withArray("/finalizers");
    for (int i = 0; i < finalizers.size(); i++) {
      if (finalizers.get(i).asText().equals(finalizer)) {
        return;
      }
    }
    finalizers.add(finalizer);
  }

  private String now() {
    return timers.now().wall().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Override
  public Optional<Document> get(ObjectKey key) {
    return store.get(key);
  }

  @Override
  public ListResult list(ListQuery query) {
    return store.list(query);
  }

  @Override
  public Watch watch(WatchQuery query, Runnable signal) {
    return store.watch(query, signal);
  }

  @Override
  public long revision() {
    return store.revision();
  }

  @Override
  public void close() {
    store.close();
  }
}

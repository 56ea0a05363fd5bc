package dev.ballast.control.runner;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.KindNames;
import dev.ballast.core.action.Action;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.MergePatch;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.CommitSize;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Performs a decision's actions through the store, in order, one commit each (a Together is one).
 * The first that fails ends the round: so a refused create is tried once a round, not once for each
 * missing replica.
 *
 * <p>A Create whose key has no name takes its name from {@code metadata.generateName} and five
 * letters. A Patch that would change nothing is skipped. A Delete of what is gone is done. What
 * lies outside of the store is somebody else's to perform, and may have actions follow at once.
 * Thread-safe.
 */
public final class ActionApplier {

  /** A generated name has 63 characters at most, its last five random. */
  private static final int LONGEST_BASE = 58;

  private final ResourceStore store;
  private final Ids ids;
  private final EventRecorder events;
  private final Announcements announcements;
  private final Effects effects;

  public ActionApplier(ResourceStore store, Ids ids, KindNames names, EventRecorder events) {
    this(store, ids, names, events, Effects.NONE);
  }

  /**
   * @param effects performs what lies outside of the store
   */
  public ActionApplier(
      ResourceStore store, Ids ids, KindNames names, EventRecorder events, Effects effects) {
    this.effects = effects;
    this.store = store;
    this.ids = ids;
    this.events = events;
    this.announcements = new Announcements(names);
  }

  private record Meta(ObjectMeta metadata) {}

  /** What a round has written so far. */
  private record Round(String component, Map<ResourceType, Long> revisions) {

    /** The next round for this key must see the kind at this revision at least. */
    void expect(ObjectKey key, long revision) {
      revisions.merge(key.type(), revision, Math::max);
    }
  }

  /**
   * @param component as Events name their source
   * @param go false when no further action may begin
   */
  Applied apply(String component, List<Action> actions, BooleanSupplier go) {
    Round round = new Round(component, new HashMap<>());
    for (List<Action> step : SlowStart.steps(actions)) {
      if (!go.getAsBoolean()) {
        return new Applied(round.revisions(), new Applied.Unavailable("closed"));
      }
      Optional<Applied.End> end =
          step.size() == 1 ? perform(step.getFirst(), round) : createAll(step, round);
      if (end.isPresent()) {
        return new Applied(round.revisions(), end.get());
      }
    }
    return new Applied(round.revisions(), new Applied.Complete());
  }

  /** The newest commit of all. */
  long newest() {
    return store.revision();
  }

  /** Empty when the action is done. */
  private Optional<Applied.End> perform(Action action, Round round) {
    try {
      return switch (action) {
        case Action.Create create -> create(create, round);
        case Action.Patch patch -> patch(List.of(patch), round);
        case Action.Together together -> patch(together.patches(), round);
        case Action.Delete delete -> delete(delete, round);
        case Action.Tell tell -> {
          events.tell(round.component(), tell);
          yield Optional.empty();
        }
        case Action.Outside outside -> outside(outside, round);
      };
    } catch (StoreUnavailableException e) {
      return Optional.of(new Applied.Unavailable(e.getMessage()));
    }
  }

  private Optional<Applied.End> outside(Action.Outside outside, Round round) {
    return switch (effects.perform(outside)) {
      case Effects.Outcome.Failed failed -> Optional.of(new Applied.Refused(failed.failure()));
      case Effects.Outcome.Then then -> {
        Optional<Applied.End> end = Optional.empty();
        for (Action next : then.actions()) {
          end = end.isPresent() ? end : perform(next, round);
        }
        yield end;
      }
    };
  }

  private Optional<Applied.End> create(Action.Create create, Round round) {
    boolean generate = create.key().name().isEmpty();
    ObjectNode document = generate ? named(create.document()) : create.document();
    ObjectKey key =
        new ObjectKey(
            create.key().type(),
            create.key().namespace(),
            document.path("metadata").path("name").asText());
    return switch (store.commit(new Write.Create(key, Json.storable(document)))) {
      case CommitResult.Committed committed -> {
        round.expect(key, committed.revision());
        announcements.created(key, document).ifPresent(t -> events.tell(round.component(), t));
        yield Optional.empty();
      }
      case CommitResult.AlreadyExists exists ->
          generate ? overtaken(key, round) : existing(key, document, round);
      case CommitResult.Refused refused -> {
        announcements
            .notCreated(key, document, refused.failure())
            .ifPresent(t -> events.tell(round.component(), t));
        yield Optional.of(new Applied.Refused(refused.failure()));
      }
      case CommitResult.NotFound missing -> overtaken(key, round);
      case CommitResult.Conflict conflict -> overtaken(key, round);
      case CommitResult.Unavailable none -> Optional.of(new Applied.Unavailable(none.reason()));
    };
  }

  /** In one commit, or in as few as they fit into; each has a name to be generated. */
  private Optional<Applied.End> createAll(List<Action> creates, Round round) {
    List<Write> writes = new ArrayList<>();
    Map<ObjectKey, ObjectNode> documents = new HashMap<>();
    for (Action action : creates) {
      Action.Create create = (Action.Create) action;
      ObjectNode document = named(create.document());
      String name = document.path("metadata").path("name").asText();
      ObjectKey key = new ObjectKey(create.key().type(), create.key().namespace(), name);
      if (documents.put(key, document) == null) {
        writes.add(new Write.Create(key, Json.storable(document)));
      }
    }
    try {
      for (List<Write> portion : CommitSize.portions(writes)) {
        Optional<Applied.End> end = createAll(portion, documents, round);
        if (end.isPresent()) {
          return end;
        }
      }
      return Optional.empty();
    } catch (StoreUnavailableException e) {
      return Optional.of(new Applied.Unavailable(e.getMessage()));
    }
  }

  /** All in one commit, or none. */
  private Optional<Applied.End> createAll(
      List<Write> writes, Map<ObjectKey, ObjectNode> documents, Round round) {
    ObjectKey first = writes.getFirst().key();
    return switch (store.commit(writes)) {
      case CommitResult.Committed committed -> {
        round.expect(first, committed.revision());
        for (Write write : writes) {
          announcements
              .created(write.key(), documents.get(write.key()))
              .ifPresent(t -> events.tell(round.component(), t));
        }
        yield Optional.empty();
      }
      case CommitResult.Refused refused -> {
        announcements
            .notCreated(first, documents.get(first), refused.failure())
            .ifPresent(t -> events.tell(round.component(), t));
        yield Optional.of(new Applied.Refused(refused.failure()));
      }
      case CommitResult.Unavailable none -> Optional.of(new Applied.Unavailable(none.reason()));
      case CommitResult.AlreadyExists exists -> overtaken(first, round);
      case CommitResult.NotFound missing -> overtaken(first, round);
      case CommitResult.Conflict conflict -> overtaken(first, round);
    };
  }

  private ObjectNode named(ObjectNode document) {
    ObjectNode copy = document.deepCopy();
    ObjectNode metadata = copy.withObject("/metadata");
    String base = metadata.path("generateName").asText();
    metadata.put("name", base.substring(0, Math.min(base.length(), LONGEST_BASE)) + ids.suffix(5));
    return copy;
  }

  /** Done when it is ours already (a round before crashed after its commit), else refused. */
  private Optional<Applied.End> existing(ObjectKey key, ObjectNode wanted, Round round) {
    Optional<Document> found = store.get(key);
    if (found.isEmpty()) {
      return overtaken(key, round);
    }
    round.expect(key, found.get().revision());
    Optional<String> owner = controllerUid(found.get().as(Meta.class));
    if (owner.equals(controllerUid(Json.MAPPER.convertValue(wanted, Meta.class)))) {
      return Optional.empty();
    }
    return Optional.of(
        new Applied.Refused(
            new Failure(
                409,
                "AlreadyExists",
                key + " already exists and belongs to " + owner.orElse("nobody"))));
  }

  private static Optional<String> controllerUid(Meta object) {
    return object.metadata().controller().map(OwnerReference::uid);
  }

  /** All patches in one commit; those that would change nothing are left out. */
  private Optional<Applied.End> patch(List<Action.Patch> patches, Round round) {
    List<Write> writes = new ArrayList<>();
    for (Action.Patch patch : patches) {
      ObjectKey key = patch.key();
      Optional<Document> found = store.get(key);
      if (found.isEmpty() || found.get().revision() != patch.observedRevision()) {
        return overtaken(key, round);
      }
      ObjectNode before = found.get().tree();
      // Through bytes, for a tree built in memory has other number nodes than a parsed one.
      ObjectNode after = Json.parse(Json.bytes(MergePatch.apply(before, patch.patch())));
      if (!after.equals(before)) {
        writes.add(
            new Write.Replace(
                key, patch.observedRevision(), patch.subresource(), Json.storable(after)));
      }
    }
    if (writes.isEmpty()) {
      return Optional.empty();
    }
    List<ObjectKey> keys = writes.stream().map(Write::key).toList();
    return written(store.commit(writes), keys, "FailedUpdate", round);
  }

  private Optional<Applied.End> delete(Action.Delete delete, Round round) {
    ObjectKey key = delete.key();
    long observed = delete.observedRevision();
    CommitResult result = store.commit(new Write.Delete(key, observed, delete.options()));
    boolean replaced = result instanceof CommitResult.Conflict && observed == 0;
    if (result instanceof CommitResult.NotFound || replaced) {
      // Gone, or another of its name has come: either way the observation was old.
      round.expect(key, store.revision());
      return Optional.empty();
    }
    return written(result, List.of(key), "FailedDelete", round);
  }

  private Optional<Applied.End> written(
      CommitResult result, List<ObjectKey> keys, String refusal, Round round) {
    ObjectKey key = keys.getFirst();
    return switch (result) {
      case CommitResult.Committed committed -> {
        keys.forEach(k -> round.expect(k, committed.revision()));
        yield Optional.empty();
      }
      case CommitResult.Refused refused -> {
        events.tell(round.component(), announcements.notWritten(key, refusal, refused.failure()));
        yield Optional.of(new Applied.Refused(refused.failure()));
      }
      case CommitResult.Unavailable none -> Optional.of(new Applied.Unavailable(none.reason()));
      case CommitResult.AlreadyExists other -> overtaken(key, round);
      case CommitResult.NotFound other -> overtaken(key, round);
      case CommitResult.Conflict other -> overtaken(key, round);
    };
  }

  /** The observation was old: the next round waits until it can see what is there now. */
  private Optional<Applied.End> overtaken(ObjectKey key, Round round) {
    round.expect(key, store.revision());
    return Optional.of(new Applied.Overtaken(key));
  }
}

package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DelegatingStore;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.Resources.WriteOptions;
import dev.ballast.kinds.admission.Admission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The store that controllers and planner write through: every write is defaulted, admitted and
 * validated as if it had come over the API, then all go into one commit of the store beneath. Reads
 * go straight through.
 *
 * <p>A replacement that changes nothing is left out of the commit, and its document keeps its
 * revision. Thread-safe.
 */
public final class AdmittingStore extends DelegatingStore {

  private static final int ATTEMPTS = 20;

  private final Reads reads;
  private final Setting setting;
  private final Verbs verbs;
  private final WriteOptions options;

  /**
   * @param store the bare store
   * @param user in whose name everything is written
   */
  public AdmittingStore(
      ResourceStore store,
      KindRegistry kinds,
      List<Admission> admissions,
      Ids ids,
      Timers timers,
      User user,
      Telemetry telemetry) {
    super(store);
    this.reads = new Reads(store);
    this.setting = new Setting(kinds, admissions, ids, timers, telemetry);
    this.verbs = new Verbs(setting);
    this.options = WriteOptions.by(user);
  }

  public AdmittingStore(
      ResourceStore store,
      KindRegistry kinds,
      List<Admission> admissions,
      Ids ids,
      Timers timers,
      User user) {
    this(store, kinds, admissions, ids, timers, user, Telemetry.NONE);
  }

  /** The same store, written to in another name. */
  public AdmittingStore by(User other) {
    return new AdmittingStore(store, reads, setting, verbs, WriteOptions.by(other));
  }

  /**
   * The same, committed through another face of the same store.
   *
   * @param face is not to be closed with this one
   */
  public AdmittingStore through(ResourceStore face) {
    return new AdmittingStore(face, reads, setting, verbs, options);
  }

  private AdmittingStore(
      ResourceStore store, Reads reads, Setting setting, Verbs verbs, WriteOptions options) {
    super(store);
    this.reads = reads;
    this.setting = setting;
    this.verbs = verbs;
    this.options = options;
  }

  @Override
  public CommitResult commit(List<Write> writes) {
    requireDistinct(writes);
    try {
      CommitResult result = quickly(writes);
      for (int attempt = 1; result == null; attempt++) {
        result = attempt(writes, attempt == ATTEMPTS);
      }
      return result;
    } catch (StoreUnavailableException unavailable) {
      return new CommitResult.Unavailable(unavailable.getMessage());
    }
  }

  /**
   * On what this member has, if it is one of several, which spares a round among the members. Null
   * when that leads to no commit, which may be because what is here is old.
   */
  private CommitResult quickly(List<Write> writes) {
    Optional<Reads> here = reads.here();
    if (here.isEmpty() || writes.stream().anyMatch(AdmittingStore::dependsOnOthers)) {
      return null;
    }
    Staging staging = new Staging(here.get());
    for (Write write : writes) {
      if (stage(staging, write).isPresent()) {
        return null;
      }
    }
    List<Write> staged = staging.writes();
    if (staged.size() < writes.size()) {
      return null; // what seems to change nothing is not compared either
    }
    return switch (store.commit(staged)) {
      case CommitResult.Committed done ->
          new CommitResult.Committed(done.revision(), documents(staging, writes, done));
      case CommitResult.Unavailable unavailable -> unavailable;
      case CommitResult other -> null;
    };
  }

  /** On objects that the commit does not compare. */
  private static boolean dependsOnOthers(Write write) {
    return write.key().type().equals(ResourceType.SERVICES)
        || write instanceof Write.Replace replace && replace.subresource().equals("binding");
  }

  private static void requireDistinct(List<Write> writes) {
    Set<ObjectKey> keys = new HashSet<>();
    writes.forEach(write -> keys.add(write.key()));
    if (writes.isEmpty() || keys.size() < writes.size()) {
      throw new IllegalArgumentException(
          writes.isEmpty() ? "an empty commit" : "a key occurs twice in one commit: " + keys);
    }
  }

  /** Null when a write staged alongside lost a race, so that another look is worth it. */
  private CommitResult attempt(List<Write> writes, boolean last) {
    Staging staging = new Staging(reads);
    for (Write write : writes) {
      Optional<CommitResult> refused = stage(staging, write);
      if (refused.isPresent()) {
        setting.countRefusal(write.key().type(), reason(refused.get()));
        return refused.get();
      }
    }
    List<Write> staged = staging.writes();
    if (staged.isEmpty()) {
      return unchanged(staging, writes);
    }
    return switch (store.commit(staged)) {
      case CommitResult.Committed done ->
          new CommitResult.Committed(done.revision(), documents(staging, writes, done));
      case CommitResult.Refused refused -> refused;
      case CommitResult.Unavailable unavailable -> unavailable;
      case CommitResult lostRace -> {
        setting.countRetry(writes.getFirst().key().type());
        yield last ? lostRace : null;
      }
    };
  }

  private Optional<CommitResult> stage(Staging staging, Write write) {
    Request request =
        new Request(
            setting.kind(write.key().type()),
            write.key(),
            write instanceof Write.Replace replace ? replace.subresource() : "",
            options,
            new ArrayList<>());
    return switch (write) {
      case Write.Create create ->
          verbs
              .creation()
              .stage(staging, request, Json.parse(create.json()))
              .map(
                  failure ->
                      failure.equals(Failures.alreadyExists(write.key()))
                          ? new CommitResult.AlreadyExists(write.key())
                          : new CommitResult.Refused(failure));
      case Write.Replace replace -> stage(staging, request, replace);
      case Write.Delete delete ->
          verbs
              .deletion()
              .stage(staging, request, delete.options(), delete.expectedRevision())
              .map(failure -> result(staging, write, delete.expectedRevision(), failure));
    };
  }

  private Optional<CommitResult> stage(Staging staging, Request request, Write.Replace replace) {
    Optional<Document> stored = staging.stored(replace.key());
    long actual = stored.map(Document::revision).orElse(0L);
    if (stored.isPresent() && actual != replace.expectedRevision()) {
      return Optional.of(
          new CommitResult.Conflict(replace.key(), replace.expectedRevision(), actual));
    }
    ObjectNode body = Json.parse(replace.json());
    Optional<Failure> refused =
        replace.subresource().equals("binding")
            ? verbs.binding().stage(staging, request, asBinding(body))
            : verbs.replacement().stage(staging, request, body);
    return refused.map(failure -> result(staging, replace, replace.expectedRevision(), failure));
  }

  private static ObjectNode asBinding(ObjectNode pod) {
    ObjectNode binding = Json.object();
    binding.putObject("target").set("name", pod.path("spec").path("nodeName"));
    JsonNode annotations = pod.path("metadata").path("annotations");
    if (annotations.isObject()) {
      binding.putObject("metadata").set("annotations", annotations);
    }
    return binding;
  }

  /** A conflict at the very revision that was named is final: reading again would not help. */
  private static CommitResult result(Staging staging, Write write, long expected, Failure failure) {
    long actual = staging.stored(write.key()).map(Document::revision).orElse(0L);
    return switch (failure.reason()) {
      case "NotFound" -> new CommitResult.NotFound(write.key());
      case "Conflict" ->
          actual == expected
              ? new CommitResult.Refused(failure)
              : new CommitResult.Conflict(write.key(), expected, actual);
      default -> new CommitResult.Refused(failure);
    };
  }

  private static String reason(CommitResult refused) {
    return switch (refused) {
      case CommitResult.Refused why -> why.failure().reason();
      case CommitResult other -> other.getClass().getSimpleName();
    };
  }

  private static CommitResult unchanged(Staging staging, List<Write> writes) {
    List<Document> documents =
        writes.stream().map(write -> staging.stored(write.key()).orElseThrow()).toList();
    long newest = documents.stream().mapToLong(Document::revision).max().orElseThrow();
    return new CommitResult.Committed(newest, documents);
  }

  private static List<Document> documents(
      Staging staging, List<Write> writes, CommitResult.Committed done) {
    Map<ObjectKey, Document> committed =
        done.documents().stream().collect(Collectors.toMap(Document::key, Function.identity()));
    return writes.stream()
        .map(Write::key)
        .map(
            key ->
                committed.containsKey(key) ? committed.get(key) : staging.stored(key).orElseThrow())
        .toList();
  }

  @Override
  public void close() {
    reads.close();
    super.close();
  }
}

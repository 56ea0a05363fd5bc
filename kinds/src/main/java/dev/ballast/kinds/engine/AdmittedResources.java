package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.kinds.admission.Admission;
import dev.ballast.kinds.patch.Patched;
import dev.ballast.kinds.patch.Patches;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every single-object write, over a bare store. A write is staged against what is stored now (at
 * first, among several members, against what is stored here) and committed with compare-and-set;
 * when it loses a race it is staged anew against the newest state, and that second look gives the
 * proper refusal where there is one. Thread-safe; calls block.
 */
public final class AdmittedResources implements Resources {

  /** As kube-apiserver: a patch is tried anew five times. */
  private static final int PATCH_ATTEMPTS = 6;

  private static final int ATTEMPTS = 20;
  private static final int NAMES_TRIED = 8;

  private final ResourceStore store;
  private final Reads reads;
  private final Setting setting;
  private final Verbs verbs;

  /**
   * @param store the bare store; it must not admit itself
   * @param admissions run in this order
   */
  public AdmittedResources(
      ResourceStore store,
      KindRegistry kinds,
      List<Admission> admissions,
      Ids ids,
      Timers timers,
      Telemetry telemetry) {
    this(store, new Reads(store), new Setting(kinds, admissions, ids, timers, telemetry));
  }

  private AdmittedResources(ResourceStore store, Reads reads, Setting setting) {
    this.store = store;
    this.reads = reads;
    this.setting = setting;
    this.verbs = new Verbs(setting);
  }

  /** The same, committed through another face of the same store. */
  public AdmittedResources through(ResourceStore face) {
    return new AdmittedResources(face, reads, setting);
  }

  public AdmittedResources(
      ResourceStore store, KindRegistry kinds, List<Admission> admissions, Ids ids, Timers timers) {
    this(store, kinds, admissions, ids, timers, Telemetry.NONE);
  }

  /** Stages one write; the request is that of this attempt. */
  @FunctionalInterface
  private interface Plan {
    Optional<Failure> stage(Staging staging, Request request);
  }

  @Override
  public Outcome create(Kind kind, String namespace, ObjectNode body, WriteOptions options) {
    Outcome outcome = createOnce(kind, namespace, body, options);
    boolean generated = Metadata.text(body, "name").isEmpty();
    for (int tried = 1; generated && tried < NAMES_TRIED && isTaken(outcome); tried++) {
      outcome = createOnce(kind, namespace, body, options);
    }
    return outcome;
  }

  private Outcome createOnce(Kind kind, String namespace, ObjectNode body, WriteOptions options) {
    ObjectKey key = new ObjectKey(kind.type(), namespace, verbs.creation().nameFor(body));
    return run(
        kind,
        key,
        "",
        options,
        ATTEMPTS,
        (staging, request) -> verbs.creation().stage(staging, request, body));
  }

  private static boolean isTaken(Outcome outcome) {
    return outcome instanceof Outcome.Failed failed
        && failed.failure().reason().equals("AlreadyExists");
  }

  @Override
  public Outcome update(
      Kind kind,
      String namespace,
      String name,
      String subresource,
      ObjectNode body,
      WriteOptions options) {
    ObjectKey key = new ObjectKey(kind.type(), namespace, name);
    return run(
        kind,
        key,
        subresource,
        options,
        ATTEMPTS,
        (staging, request) -> update(staging, request, body));
  }

  private Optional<Failure> update(Staging staging, Request request, ObjectNode body) {
    if (isScale(request)) {
      return replace(staging, request, body);
    }
    boolean absent = staging.stored(request.key()).isEmpty();
    boolean whole = request.subresource().isEmpty();
    return Steps.untilRefused(
        () -> SchemaCheck.typeMismatch(request.kind(), body),
        () -> Replacement.named(request.key(), body),
        () -> whole && !absent ? Replacement.versioned(request, body) : Optional.empty(),
        () ->
            whole && absent && request.kind().hooks().createsOnUpdate()
                ? verbs.creation().stageUpdate(staging, request, body)
                : replace(staging, request, body));
  }

  @Override
  public Outcome patch(
      Kind kind,
      String namespace,
      String name,
      String subresource,
      PatchType type,
      JsonNode patch,
      WriteOptions options) {
    ObjectKey key = new ObjectKey(kind.type(), namespace, name);
    return run(
        kind,
        key,
        subresource,
        options,
        PATCH_ATTEMPTS,
        (staging, request) -> patch(staging, request, type, patch));
  }

  private Optional<Failure> patch(
      Staging staging, Request request, PatchType type, JsonNode patch) {
    Optional<ObjectNode> stored = staging.get(request.key());
    if (stored.isEmpty()) {
      return Optional.of(Failures.notFound(request.key()));
    }
    ObjectNode current = isScale(request) ? Scales.of(stored.get()) : stored.get();
    return switch (Patches.apply(request.kind(), type, current, patch)) {
      case Patched.Document patched ->
          replace(staging, request, patched.tree())
              .map(failure -> Decoding.ofPatch(failure, patched.tree()));
      case Patched.Refused refused -> Optional.of(refused.failure());
    };
  }

  private Optional<Failure> replace(Staging staging, Request request, ObjectNode body) {
    if (!isScale(request)) {
      return verbs.replacement().stage(staging, request, body);
    }
    Optional<ObjectNode> stored = staging.get(request.key());
    if (stored.isEmpty()) {
      return Optional.of(Failures.notFound(request.key()));
    }
    return Steps.untilRefused(
        () -> Scales.check(request.key().name(), body),
        () -> verbs.replacement().stage(staging, request, Scales.applied(stored.get(), body)));
  }

  private static boolean isScale(Request request) {
    return request.subresource().equals("scale");
  }

  @Override
  public Outcome delete(
      Kind kind,
      String namespace,
      String name,
      DeleteOptions delete,
      long expectedRevision,
      WriteOptions options) {
    ObjectKey key = new ObjectKey(kind.type(), namespace, name);
    return run(
        kind,
        key,
        "",
        options,
        ATTEMPTS,
        (staging, request) -> verbs.deletion().stage(staging, request, delete, expectedRevision));
  }

  @Override
  public Outcome bind(String namespace, String pod, ObjectNode body, WriteOptions options) {
    ObjectKey key = new ObjectKey(ResourceType.PODS, namespace, pod);
    return run(
        setting.kind(ResourceType.PODS),
        key,
        "binding",
        options,
        ATTEMPTS,
        (staging, request) -> verbs.binding().stage(staging, request, body));
  }

  @Override
  public Outcome evict(String namespace, String pod, ObjectNode body, WriteOptions options) {
    ObjectKey key = new ObjectKey(ResourceType.PODS, namespace, pod);
    JsonNode asked = body.path("deleteOptions");
    DeleteOptions delete =
        new DeleteOptions(
            asked.path("preconditions").path("uid").asText(""),
            asked.path("gracePeriodSeconds").asLong(-1),
            Propagation.DEFAULT);
    String version = asked.path("preconditions").path("resourceVersion").asText("");
    long revision = version.isEmpty() ? 0 : Metadata.revision(version);
    boolean dryRun = options.dryRun() || asked.path("dryRun").path(0).asText("").equals("All");
    return run(
        setting.kind(ResourceType.PODS),
        key,
        "eviction",
        options.withDryRun(dryRun),
        ATTEMPTS,
        (staging, request) -> verbs.eviction().stage(staging, request, body, delete, revision));
  }

  private Outcome run(
      Kind kind, ObjectKey key, String subresource, WriteOptions options, int attempts, Plan plan) {
    Outcome outcome = null;
    try {
      outcome = quickly(new Request(kind, key, subresource, options, new ArrayList<>()), plan);
      for (int attempt = 1; outcome == null; attempt++) {
        Request request = new Request(kind, key, subresource, options, new ArrayList<>());
        outcome = attempt(plan, request, attempt == attempts);
      }
    } catch (StoreUnavailableException unavailable) {
      outcome = new Outcome.Failed(Failures.unavailable(unavailable.getMessage()));
    }
    if (outcome instanceof Outcome.Failed failed) {
      setting.countRefusal(key.type(), failed.failure().reason());
    }
    return outcome;
  }

  /**
   * On what this member has, if it is one of several: most writes then cost one round among the
   * members instead of two. Null when that leads to no commit, which may be because what is here is
   * old.
   */
  private Outcome quickly(Request request, Plan plan) {
    Optional<Reads> here = reads.here();
    if (here.isEmpty() || request.options().dryRun() || dependsOnOthers(request)) {
      return null;
    }
    Staging staging = new Staging(here.get());
    if (plan.stage(staging, request).isPresent() || !staging.changes(request.key())) {
      return null;
    }
    return switch (store.commit(staging.writes())) {
      case CommitResult.Committed committed -> committed(request, staging, committed);
      case CommitResult.Unavailable unavailable ->
          new Outcome.Failed(Failures.unavailable(unavailable.reason()));
      case CommitResult other -> null;
    };
  }

  /** On objects that the commit does not compare: addresses that others have, budgets. */
  private static boolean dependsOnOthers(Request request) {
    return request.key().type().equals(ResourceType.SERVICES)
        || request.subresource().equals("binding")
        || request.subresource().equals("eviction");
  }

  /** Null when the write lost a race and may be tried again. */
  private Outcome attempt(Plan plan, Request request, boolean last) {
    Staging staging = new Staging(reads);
    Optional<Failure> refused = plan.stage(staging, request);
    if (refused.isPresent()) {
      return new Outcome.Failed(refused.get());
    }
    if (!staging.changes(request.key())) {
      return stored(request, staging.stored(request.key()).orElseThrow(), false);
    }
    if (request.options().dryRun()) {
      return dryRun(request, staging);
    }
    return switch (store.commit(staging.writes())) {
      case CommitResult.Committed committed -> committed(request, staging, committed);
      case CommitResult.Refused other -> new Outcome.Failed(other.failure());
      case CommitResult.Unavailable unavailable ->
          new Outcome.Failed(Failures.unavailable(unavailable.reason()));
      case CommitResult lostRace -> {
        setting.countRetry(request.key().type());
        yield last ? new Outcome.Failed(Failures.conflict(request.key(), Failures.MODIFIED)) : null;
      }
    };
  }

  private static Outcome committed(
      Request request, Staging staging, CommitResult.Committed committed) {
    Document document =
        committed.documents().stream()
            .filter(candidate -> candidate.key().equals(request.key()))
            .findFirst()
            .orElseThrow();
    return staging.removes(request.key())
        ? new Outcome.Removed(document)
        : stored(request, document, staging.stored(request.key()).isEmpty());
  }

  /** What would be stored, at the revision that is stored. */
  private static Outcome dryRun(Request request, Staging staging) {
    Optional<Document> before = staging.stored(request.key());
    if (staging.removes(request.key())) {
      return new Outcome.Removed(before.orElseThrow());
    }
    byte[] json = staging.staged(request.key()).orElseThrow();
    long revision = before.map(Document::revision).orElse(0L);
    Document document =
        new Document(request.key(), revision, revision == 0 ? json : Json.stamp(json, revision));
    return stored(request, document, before.isEmpty());
  }

  private static Outcome stored(Request request, Document document, boolean created) {
    return new Outcome.Stored(
        isScale(request) ? Scales.of(document) : document, created, request.warnings());
  }
}

package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.kinds.admission.Review.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stages deletions: at once, or by a deletion timestamp while finalizers or a grace period hold the
 * object. Thread-safe.
 */
final class Deletion {

  static final String FOREGROUND = "foregroundDeletion";
  static final String ORPHAN = "orphan";

  private final Setting setting;

  Deletion(Setting setting) {
    this.setting = setting;
  }

  /** Nothing holds a deleted object any more. */
  static boolean mayFinish(ObjectNode document) {
    return Metadata.isDeleting(document)
        && Metadata.gracePeriodSeconds(document) == 0
        && !isHeld(document);
  }

  /** A namespace has finalizers of its own in its spec. */
  private static boolean isHeld(ObjectNode document) {
    return !Metadata.finalizers(document).isEmpty()
        || document.path("kind").asText().equals("Namespace")
            && !document.path("spec").path("finalizers").isEmpty();
  }

  /**
   * @param expectedRevision 0 for any
   */
  Optional<Failure> stage(
      Staging staging, Request request, DeleteOptions options, long expectedRevision) {
    ObjectKey key = request.key();
    Optional<ObjectNode> stored = staging.get(key);
    if (stored.isEmpty()) {
      return Optional.of(Failures.notFound(key));
    }
    ObjectNode document = stored.get();
    return Steps.untilRefused(
        () -> expected(key, document, options.uid(), expectedRevision),
        () -> setting.admit(staging, request, Operation.DELETE, document, document),
        () -> stage(staging, request, options, document));
  }

  private static Optional<Failure> expected(
      ObjectKey key, ObjectNode document, String uid, long revision) {
    String actual = Metadata.text(document, "uid");
    if (!uid.isEmpty() && !uid.equals(actual)) {
      return Optional.of(Failures.uidMismatch(key, uid, actual));
    }
    String version = Metadata.text(document, "resourceVersion");
    return revision == 0 || version.equals(Long.toString(revision))
        ? Optional.empty()
        : Optional.of(
            Failures.conflict(
                key,
                "Precondition failed: ResourceVersion in precondition: %d, ResourceVersion in object meta: %s"
                    .formatted(revision, version)));
  }

  private Optional<Failure> stage(
      Staging staging, Request request, DeleteOptions options, ObjectNode document) {
    List<String> before = Metadata.finalizers(document);
    List<String> finalizers = finalizers(request, options.propagation(), before);
    Metadata.setFinalizers(document, finalizers);
    long grace = gracePeriod(request, options, document);
    if (grace == 0 && !isHeld(document)) {
      staging.remove(request.key());
      return setting.admit(staging, request, Operation.REMOVE, document, document);
    }
    boolean marked =
        Metadata.isDeleting(document) ? shorten(document, grace) : mark(request, document, grace);
    if (marked || !finalizers.equals(before)) {
      staging.replace(request.key(), document);
    }
    return Optional.empty();
  }

  private boolean mark(Request request, ObjectNode document, long grace) {
    Metadata.of(document).put("deletionTimestamp", setting.timestamp(grace));
    Metadata.of(document).put("deletionGracePeriodSeconds", grace);
    Metadata.nextGeneration(request.key(), document);
    if (request.key().type().equals(ResourceType.NAMESPACES)) {
      document.withObjectProperty("status").put("phase", "Terminating");
    }
    return true;
  }

  /** A second deletion may only bring the end nearer. */
  private static boolean shorten(ObjectNode document, long grace) {
    long before = Metadata.gracePeriodSeconds(document);
    if (grace >= before) {
      return false;
    }
    Instant end = Instant.parse(Metadata.text(document, "deletionTimestamp"));
    Metadata.of(document)
        .put("deletionTimestamp", end.minusSeconds(before - grace).toString())
        .put("deletionGracePeriodSeconds", grace);
    return true;
  }

  /** The kind says whether a grace period applies at all, the client how long it is. */
  private static long gracePeriod(Request request, DeleteOptions options, ObjectNode document) {
    long own = request.kind().hooks().gracePeriodSeconds(document);
    return own == 0 || options.gracePeriodSeconds() < 0 ? own : options.gracePeriodSeconds();
  }

  /** The garbage collector acts on these two, then removes them. */
  private static List<String> finalizers(Request request, Propagation asked, List<String> before) {
    Propagation propagation =
        asked == Propagation.DEFAULT && request.key().type().equals(ResourceType.JOBS)
            ? jobDefault(before)
            : asked;
    if (propagation == Propagation.DEFAULT) {
      return before;
    }
    List<String> finalizers = new ArrayList<>(before);
    finalizers.removeAll(List.of(FOREGROUND, ORPHAN));
    switch (propagation) {
      case FOREGROUND -> finalizers.add(FOREGROUND);
      case ORPHAN -> finalizers.add(ORPHAN);
      case BACKGROUND, DEFAULT -> {}
    }
    return finalizers;
  }

  /** batch/v1 orphans pods unless told otherwise: its first version did so. */
  private static Propagation jobDefault(List<String> before) {
    return before.contains(FOREGROUND) || before.contains(ORPHAN)
        ? Propagation.DEFAULT
        : Propagation.ORPHAN;
  }
}

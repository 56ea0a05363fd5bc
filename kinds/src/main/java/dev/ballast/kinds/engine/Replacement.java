package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.kinds.admission.Review.Operation;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Stages new versions of objects, whole or one subresource of them. Thread-safe. */
final class Replacement {

  private final Setting setting;

  Replacement(Setting setting) {
    this.setting = setting;
  }

  /**
   * Stages nothing when nothing changes. The body stays as it is. A resourceVersion or uid in the
   * body must be that of the stored object.
   */
  Optional<Failure> stage(Staging staging, Request request, ObjectNode body) {
    ObjectKey key = request.key();
    ObjectNode decoded = body.deepCopy();
    Optional<Failure> wrong =
        Steps.untilRefused(() -> Decoding.decode(request, decoded), () -> samePlace(key, decoded));
    Optional<ObjectNode> stored = staging.get(key);
    if (wrong.isPresent() || stored.isEmpty()) {
      return wrong.or(() -> Optional.of(Failures.notFound(key)));
    }
    ObjectNode previous = stored.get();
    return Steps.untilRefused(
        () -> sameObject(key, decoded, previous),
        () -> {
          ObjectNode document = Subresources.merged(request, decoded, previous);
          return stage(staging, request, document, previous);
        });
  }

  /** For a document that was made from the stored one. Both arguments are changed. */
  Optional<Failure> stage(
      Staging staging, Request request, ObjectNode document, ObjectNode previous) {
    Metadata.carryOver(document, previous);
    return Steps.untilRefused(
        () -> setting.admit(staging, request, Operation.UPDATE, document, previous),
        () -> noNewFinalizers(request, document, previous),
        () -> {
          Metadata.of(previous).remove("resourceVersion");
          if (changesSpecification(request.subresource())) {
            Metadata.countGeneration(request.key(), document, previous);
          }
          return Same.json(document, previous)
              ? Optional.empty()
              : changed(staging, request, document, previous);
        });
  }

  /** A binding writes the node into the spec, yet is no change of what is wanted. */
  private static boolean changesSpecification(String subresource) {
    return subresource.isEmpty() || subresource.equals("scale");
  }

  private Optional<Failure> changed(
      Staging staging, Request request, ObjectNode document, ObjectNode previous) {
    return Steps.untilRefused(
        () ->
            request.invalid(
                SchemaCheck.checkUpdate(request.kind(), document, previous, request.subresource())),
        () -> {
          if (Deletion.mayFinish(document)) {
            staging.remove(request.key());
            return setting.admit(staging, request, Operation.REMOVE, document, previous);
          }
          staging.replace(request.key(), document);
          return Optional.empty();
        });
  }

  /** The body of a PUT says whom it means, as the address does. */
  static Optional<Failure> named(ObjectKey key, ObjectNode body) {
    return Metadata.text(body, "name").isEmpty()
        ? Optional.of(
            Failures.badRequest(
                "the name of the object (%s based on URL) was undeterminable: name must be provided"
                    .formatted(key.name())))
        : samePlace(key, body);
  }

  /** Some kinds are replaced by those only who know what they replace. */
  static Optional<Failure> versioned(Request request, ObjectNode body) {
    String version = Metadata.text(body, "resourceVersion");
    boolean unseen = version.isEmpty() || version.equals("0");
    return unseen && request.kind().hooks().updatesKnownVersionOnly()
        ? request.invalid(
            List.of(
                FieldErrors.invalid(
                    "metadata.resourceVersion", 0, "must be specified for an update")))
        : Optional.empty();
  }

  private static Optional<Failure> samePlace(ObjectKey key, ObjectNode body) {
    String name = Metadata.text(body, "name");
    if (!name.isEmpty() && !name.equals(key.name())) {
      return Optional.of(Failures.badRequest(Creation.otherName(name, key)));
    }
    String namespace = Metadata.text(body, "namespace");
    return key.namespace().isEmpty() || namespace.isEmpty() || namespace.equals(key.namespace())
        ? Optional.empty()
        : Optional.of(
            Failures.badRequest(
                "the namespace of the object (%s) does not match the namespace on the request (%s)"
                    .formatted(namespace, key.namespace())));
  }

  private static Optional<Failure> sameObject(ObjectKey key, ObjectNode body, ObjectNode previous) {
    String uid = Metadata.text(body, "uid");
    if (!uid.isEmpty() && !uid.equals(Metadata.text(previous, "uid"))) {
      return Optional.of(Failures.uidMismatch(key, uid, Metadata.text(previous, "uid")));
    }
    String version = Metadata.text(body, "resourceVersion");
    return version.isEmpty()
            || version.equals("0")
            || version.equals(Metadata.text(previous, "resourceVersion"))
        ? Optional.empty()
        : Optional.of(Failures.conflict(key, Failures.MODIFIED));
  }

  private static Optional<Failure> noNewFinalizers(
      Request request, ObjectNode document, ObjectNode previous) {
    if (!Metadata.isDeleting(previous)) {
      return Optional.empty();
    }
    List<String> added = Metadata.finalizers(document);
    added.removeAll(Metadata.finalizers(previous));
    return added.isEmpty()
        ? Optional.empty()
        : request.invalid(
            List.of(
                FieldErrors.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new"
                        + " finalizers "
                        + quoted(added))));
  }

  /** As Go prints a list of words. */
  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> '"' + word + '"')
        .collect(Collectors.joining(", ", "[]string{", "}"));
  }

  /** JSON equality that does not mind how wide a number was read. */
  private static final class Same {

    static boolean json(JsonNode one, JsonNode other) {
      return one.equals(Same::compare, other);
    }

    private static int compare(JsonNode one, JsonNode other) {
      return one.isNumber() && other.isNumber()
          ? one.decimalValue().compareTo(other.decimalValue())
          : one.equals(other) ? 0 : 1;
    }
  }
}

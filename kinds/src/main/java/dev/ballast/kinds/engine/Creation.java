package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.kinds.admission.Review.Operation;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;
import java.util.Optional;

/** Stages new objects. Thread-safe. */
final class Creation {

  private static final int LONGEST_NAME = 63;
  private static final int SUFFIX = 5;

  private final Setting setting;

  Creation(Setting setting) {
    this.setting = setting;
  }

  /** The name the body asks for, or a generated one; "" when it asks for neither. */
  String nameFor(ObjectNode body) {
    String name = Metadata.text(body, "name");
    String base = Metadata.text(body, "generateName");
    if (!name.isEmpty() || base.isEmpty()) {
      return name;
    }
    return base.substring(0, Math.min(base.length(), LONGEST_NAME - SUFFIX))
        + setting.ids().suffix(SUFFIX);
  }

  /** The body stays as it is. */
  Optional<Failure> stage(Staging staging, Request request, ObjectNode body) {
    Kind kind = request.kind();
    ObjectKey key = request.key();
    ObjectNode document = body.deepCopy();
    return Steps.untilRefused(
        () -> Decoding.decode(request, document),
        () -> place(request, document),
        () ->
            staging.get(key).isPresent()
                ? Optional.of(Failures.alreadyExists(key))
                : Optional.empty(),
        () -> {
          // What a hook prepares may name the object: a Job's selector holds its uid.
          Metadata.begin(document, key, setting.ids().uid(), setting.timestamp(0));
          kind.hooks().prepareForCreate(document);
          return setting.admit(staging, request, Operation.CREATE, document, null);
        },
        () -> request.invalid(SchemaCheck.check(kind, document)),
        () -> {
          staging.create(key, document);
          return Optional.empty();
        });
  }

  /** For a PUT of what does not exist. A uid would have to be that of an object that does. */
  Optional<Failure> stageUpdate(Staging staging, Request request, ObjectNode body) {
    String uid = Metadata.text(body, "uid");
    if (!uid.isEmpty()) {
      return Optional.of(Failures.uidMismatch(request.key(), uid, ""));
    }
    ObjectNode fresh = body.deepCopy();
    Metadata.of(fresh).remove("resourceVersion");
    return stage(staging, request, fresh);
  }

  private Optional<Failure> place(Request request, ObjectNode document) {
    String namespace = Metadata.text(document, "namespace");
    if (!request.key().namespace().isEmpty()
        && !namespace.isEmpty()
        && !namespace.equals(request.key().namespace())) {
      return Optional.of(
          Failures.badRequest(
              "the namespace of the provided object does not match the namespace sent on the"
                  + " request"));
    }
    if (!Metadata.text(document, "resourceVersion").isEmpty()) {
      return Optional.of(
          Failures.badRequest("resourceVersion should not be set on objects to be created"));
    }
    String name = Metadata.text(document, "name");
    if (!name.isEmpty() && !name.equals(request.key().name())) {
      return Optional.of(Failures.badRequest(otherName(name, request.key())));
    }
    return request.key().name().isEmpty()
        ? request.invalid(
            List.of(FieldErrors.required("metadata.name", "name or generateName is required")))
        : Optional.empty();
  }

  static String otherName(String name, ObjectKey key) {
    return "the name of the object (%s) does not match the name on the URL (%s)"
        .formatted(name, key.name());
  }
}

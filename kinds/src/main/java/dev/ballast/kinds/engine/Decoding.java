package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.FieldValidation;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a client's body to a document of the kind: right type, known fields only, defaults set. */
final class Decoding {

  private static final String UNDECODABLE = "cannot be handled as a ";

  private Decoding() {}

  /** Changes {@code document}, which has metadata afterwards. */
  static Optional<Failure> decode(Request request, ObjectNode document) {
    return Steps.untilRefused(
        () -> type(request.kind(), document),
        () -> SchemaCheck.typeMismatch(request.kind(), document),
        () -> fields(request, document),
        () -> {
          SchemaCheck.prune(request.kind(), document);
          if (!document.path("metadata").isObject()) {
            document.set("metadata", Json.object());
          }
          SchemaCheck.applyDefaults(request.kind(), document);
          return Optional.empty();
        });
  }

  /** A body may leave out its type; the address says it too. */
  private static Optional<Failure> type(Kind kind, ObjectNode document) {
    String apiVersion = document.path("apiVersion").asText("");
    String name = document.path("kind").asText("");
    if (!apiVersion.isEmpty() && !apiVersion.equals(kind.apiVersion())) {
      return Optional.of(
          Failures.badRequest(
              "the API version in the data (%s) does not match the expected API version (%s)"
                  .formatted(apiVersion, kind.apiVersion())));
    }
    if (!name.isEmpty() && !name.equals(kind.kind())) {
      return Optional.of(
          Failures.badRequest(
              "%s in version \"%s\" cannot be handled as a %s"
                  .formatted(name, kind.version(), kind.kind())));
    }
    document.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    return Optional.empty();
  }

  private static Optional<Failure> fields(Request request, ObjectNode document) {
    FieldValidation validation = request.options().fieldValidation();
    if (validation == FieldValidation.IGNORE) {
      return Optional.empty();
    }
    List<String> complaints = new ArrayList<>(request.options().duplicateFields());
    complaints.addAll(SchemaCheck.unknownFields(request.kind(), document));
    if (validation == FieldValidation.WARN) {
      request.warnings().addAll(complaints);
      return Optional.empty();
    }
    return complaints.isEmpty()
        ? Optional.empty()
        : Optional.of(SchemaCheck.strictFailure(request.kind(), complaints));
  }

  /**
   * A body that cannot be decoded is a bad request (400); a patch whose result cannot be is an
   * invalid one (422), and shows that result.
   */
  static Failure ofPatch(Failure failure, ObjectNode patched) {
    int undecodable = failure.message().indexOf(UNDECODABLE);
    if (failure.code() != 400 || undecodable < 0) {
      return failure;
    }
    int detail = failure.message().indexOf(": ", undecodable);
    String why = detail < 0 ? failure.message() : failure.message().substring(detail + 2);
    return Failures.invalid(
        "", "", "", List.of(FieldErrors.invalid("patch", patched.toString(), why)));
  }
}

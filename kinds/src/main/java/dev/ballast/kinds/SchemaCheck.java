package dev.ballast.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.schema.Defaulting;
import dev.ballast.kinds.schema.Pruning;
import dev.ballast.kinds.schema.RuleCheck;
import dev.ballast.kinds.schema.TypeCheck;
import dev.ballast.kinds.schema.UnknownFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a document must go through before it is stored, in this order: {@link #typeMismatch}, {@link
 * #unknownFields}, {@link #prune}, {@link #applyDefaults}, then {@link #check} or {@link
 * #checkUpdate}. Pure functions over a kind's schema and hooks; thread-safe.
 */
public final class SchemaCheck {

  private SchemaCheck() {}

  /**
   * The first value whose JSON type does not fit the schema, as a 400 BadRequest in
   * kube-apiserver's words ({@code Deployment in version "v1" cannot be handled as a Deployment:
   * …}).
   */
  public static Optional<Failure> typeMismatch(Kind kind, ObjectNode document) {
    return TypeCheck.firstMismatch(kind.schema(), document)
        .map(detail -> cannotBeHandled(kind, detail));
  }

  /** {@code unknown field "spec.containers[0].foo"} for each, in document order. */
  public static List<String> unknownFields(Kind kind, ObjectNode document) {
    return UnknownFields.in(kind.schema(), document);
  }

  /**
   * The refusal of fieldValidation=Strict.
   *
   * @param complaints from {@link #unknownFields} and the duplicate-field check; not empty
   */
  public static Failure strictFailure(Kind kind, List<String> complaints) {
    return cannotBeHandled(kind, "strict decoding error: " + String.join(", ", complaints));
  }

  /** Drops unknown fields and nulls. Changes the argument, whose types must be right. */
  public static void prune(Kind kind, ObjectNode document) {
    Pruning.apply(kind.schema(), document);
  }

  /** Schema defaults, then the kind's own. Changes the argument, whose types must be right. */
  public static void applyDefaults(Kind kind, ObjectNode document) {
    Defaulting.apply(kind.schema(), document);
    kind.hooks().applyDefaults(document);
  }

  /** Everything wrong with a new document that has its defaults; empty when it is fine. */
  public static List<Failure.Cause> check(Kind kind, ObjectNode document) {
    return merged(RuleCheck.in(kind.schema(), document), kind.hooks().validateCreate(document));
  }

  /**
   * Everything wrong with replacing {@code previous} by {@code document}; empty when it is fine.
   */
  public static List<Failure.Cause> checkUpdate(
      Kind kind, ObjectNode document, ObjectNode previous, String subresource) {
    List<Failure.Cause> ofSchema =
        leavesTheSpec(subresource) ? List.of() : RuleCheck.in(kind.schema(), document);
    return merged(ofSchema, kind.hooks().validateUpdate(document, previous, subresource));
  }

  /**
   * Is the rest of the document as it was stored? A status must get through even when a newer
   * server has become stricter about specs; a binding sets a node and nothing that has rules.
   */
  public static boolean leavesTheSpec(String subresource) {
    return subresource.equals("status") || subresource.equals("binding");
  }

  /**
   * One cause per field and reason, since a hook and the schema may see the same mistake; metadata
   * first, as kube-apiserver reports it.
   */
  private static List<Failure.Cause> merged(List<Failure.Cause> schema, List<Failure.Cause> hooks) {
    Map<String, Failure.Cause> byField = new LinkedHashMap<>();
    Stream.of(hooks.stream().filter(SchemaCheck::ofMetadata), schema.stream(), hooks.stream())
        .flatMap(causes -> causes)
        .forEach(cause -> byField.putIfAbsent(cause.field() + " " + cause.reason(), cause));
    return new ArrayList<>(byField.values());
  }

  private static boolean ofMetadata(Failure.Cause cause) {
    return cause.field().startsWith("metadata.");
  }

  private static Failure cannotBeHandled(Kind kind, String detail) {
    return new Failure(
        400,
        "BadRequest",
        kind.kind()
            + " in version \""
            + kind.version()
            + "\" cannot be handled as a "
            + kind.kind()
            + ": "
            + detail);
  }
}

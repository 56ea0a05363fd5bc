package dev.ballast.core.status;

import java.util.List;
import java.util.Objects;

/**
 * An expected failure in the words of a Kubernetes Status: what a person or a client acts on.
 *
 * @param code HTTP status code
 * @param reason machine reason as Kubernetes spells it: NotFound, AlreadyExists, Conflict, Invalid…
 * @param message one sentence for a person, with the values and what to do
 * @param details what the failure is about; {@link Details#NONE} where there is nothing to add
 */
public record Failure(int code, String reason, String message, Details details) {

  public Failure {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(message, "message");
    details = details == null ? Details.NONE : details;
  }

  public Failure(int code, String reason, String message) {
    this(code, reason, message, Details.NONE);
  }

  /**
   * Status.details.
   *
   * @param kind the kind, or for some reasons the plural resource, as kube-apiserver does
   * @param retryAfterSeconds 0 when the client should not simply repeat the request
   */
  public record Details(
      String name,
      String group,
      String kind,
      String uid,
      List<Cause> causes,
      int retryAfterSeconds) {

    public static final Details NONE = new Details("", "", "", "", List.of(), 0);

    public Details {
      causes = List.copyOf(causes);
    }
  }

  /**
   * One thing wrong with one field.
   *
   * @param reason FieldValueInvalid, FieldValueRequired, FieldValueNotSupported…
   * @param field path such as {@code spec.containers[0].image}
   */
  public record Cause(String reason, String message, String field) {}
}

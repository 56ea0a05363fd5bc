package dev.ballast.core.status;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.core.status.Failure.Details;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The failures every kind knows, in the words kube-apiserver uses for them, because clients and
 * people match on code, reason and message. Pure.
 */
public final class Failures {

  public static final String MODIFIED =
      "the object has been modified; please apply your changes to the latest version and try again";

  private Failures() {}

  public static Failure badRequest(String message) {
    return new Failure(400, "BadRequest", message);
  }

  public static Failure notFound(ObjectKey key) {
    return new Failure(404, "NotFound", quoted(key) + " not found", details(key, List.of()));
  }

  public static Failure alreadyExists(ObjectKey key) {
    return new Failure(
        409, "AlreadyExists", quoted(key) + " already exists", details(key, List.of()));
  }

  /** Somebody else's write came first, or the object is not the one that was meant. */
  public static Failure conflict(ObjectKey key, String why) {
    return new Failure(
        409,
        "Conflict",
        "Operation cannot be fulfilled on " + quoted(key) + ": " + why,
        details(key, List.of()));
  }

  public static Failure uidMismatch(ObjectKey key, String wanted, String actual) {
    return conflict(
        key,
        "Precondition failed: UID in precondition: " + wanted + ", UID in object meta: " + actual);
  }

  public static Failure forbidden(ObjectKey key, String why, Cause... causes) {
    return new Failure(
        403, "Forbidden", quoted(key) + " is forbidden: " + why, details(key, List.of(causes)));
  }

  /**
   * @param kind the kind's name, which this failure names instead of the plural
   * @param causes at least one; each cause's message is told after its field
   */
  public static Failure invalid(String group, String kind, String name, List<Cause> causes) {
    List<String> told =
        causes.stream()
            .map(c -> c.field().isEmpty() ? c.message() : c.field() + ": " + c.message())
            .distinct()
            .toList();
    String what = group.isEmpty() ? kind : kind + "." + group;
    String why =
        told.size() == 1
            ? told.getFirst()
            : told.stream().collect(Collectors.joining(", ", "[", "]"));
    return new Failure(
        422,
        "Invalid",
        what + " \"" + name + "\" is invalid: " + why,
        new Details(name, group, kind, "", causes, 0));
  }

  /** The store takes no writes now; nothing was written. */
  public static Failure unavailable(String why) {
    return new Failure(
        503,
        "ServiceUnavailable",
        "the store cannot take the write now: " + why,
        new Details("", "", "", "", List.of(), 1));
  }

  private static Details details(ObjectKey key, List<Cause> causes) {
    ResourceType type = key.type();
    return new Details(key.name(), type.group(), type.plural(), "", causes, 0);
  }

  private static String quoted(ObjectKey key) {
    return key.type() + " \"" + key.name() + "\"";
  }
}

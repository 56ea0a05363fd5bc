package dev.ballast.api.rest;

import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.core.status.Failure.Details;
import dev.ballast.core.store.ResourceStore;
import java.util.List;

/** Reading and refusing resourceVersions. Pure. */
final class Versions {

  private static final String LIST_OPTIONS = "ListOptions";

  private Versions() {}

  /** The parameter's number; -1 when it is absent. */
  static long requested(Exchange exchange) throws Refusal {
    String text = exchange.query("resourceVersion");
    if (text.isEmpty()) {
      return -1;
    }
    try {
      long version = Long.parseLong(text);
      if (version >= 0) {
        return version;
      }
    } catch (NumberFormatException notANumber) {
      // refused below
    }
    throw new Refusal(
        new Failure(
            400,
            "BadRequest",
            "resourceVersion: Invalid value: \"" + text + "\": must be a non-negative integer"));
  }

  /**
   * Where to read from: who names a revision is content with what this member has, once it has
   * that; who names none wants the newest.
   */
  static ResourceStore source(ResourceStore store, long requested) {
    return requested >= 0 ? store.serializable() : store;
  }

  /**
   * @throws Refusal when the revision is newer than the newest
   */
  static void requireReached(ResourceStore store, long requested) throws Refusal {
    if (requested > store.serializable().revision() && requested > store.revision()) {
      throw new Refusal(tooLarge(requested, store.serializable().revision()));
    }
  }

  /** Whether the list asks for exactly this revision. Checks the combination of parameters. */
  static boolean exact(Exchange exchange, long requested) throws Refusal {
    String match = exchange.query("resourceVersionMatch");
    boolean continues = !exchange.query("continue").isEmpty();
    if (match.isEmpty()) {
      if (continues && requested > 0) {
        throw new Refusal(
            new Failure(
                400,
                "BadRequest",
                "specifying resource version is not allowed when using continue"));
      }
      return requested > 0 && !exchange.query("limit").isEmpty();
    }
    String field = "resourceVersionMatch";
    if (continues) {
      throw refused(field, "resourceVersionMatch is forbidden when continue is provided");
    }
    if (requested < 0) {
      throw refused(field, "resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (match.equals("Exact") && requested == 0) {
      throw refused(field, "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"");
    }
    return switch (match) {
      case "Exact" -> true;
      case "NotOlderThan" -> false;
      default ->
          throw new Refusal(
              Options.unsupported(LIST_OPTIONS, field, match, "Exact", "NotOlderThan", ""));
    };
  }

  private static Refusal refused(String field, String why) {
    return new Refusal(Options.forbidden(LIST_OPTIONS, field, why));
  }

  static Failure tooLarge(long requested, long current) {
    String message = "Too large resource version: %d, current: %d".formatted(requested, current);
    return new Failure(
        504,
        "Timeout",
        "Timeout: " + message,
        new Details(
            "",
            "",
            "",
            "",
            List.of(new Cause("ResourceVersionTooLarge", "Too large resource version", "")),
            1));
  }

  static Failure tooOld(long requested, long oldest) {
    return new Failure(
        410, "Expired", "too old resource version: %d (%d)".formatted(requested, oldest));
  }
}

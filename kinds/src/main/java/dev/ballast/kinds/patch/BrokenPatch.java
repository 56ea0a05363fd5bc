package dev.ballast.kinds.patch;

import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import java.util.List;

/** Ends the application of a patch from any depth; {@link Patches} turns it into an outcome. */
final class BrokenPatch extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  BrokenPatch(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  static BrokenPatch malformed(String why) {
    return new BrokenPatch(Failures.badRequest(why));
  }

  /** Well-formed, but not for this document. */
  static BrokenPatch doesNotApply(String why) {
    return new BrokenPatch(
        new Failure(
            422,
            "Invalid",
            "the server rejected our request due to an error in our request: " + why,
            new Failure.Details(
                "", "", "", "", List.of(new Failure.Cause("FieldValueInvalid", why, "patch")), 0)));
  }

  Failure failure() {
    return failure;
  }
}

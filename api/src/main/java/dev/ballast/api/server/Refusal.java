package dev.ballast.api.server;

import dev.ballast.core.status.Failure;

/**
 * Ends a request with a Status. Checked and without a stack trace: the expected failure of a
 * request, thrown where it is found and answered in one place.
 */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  public Refusal(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}

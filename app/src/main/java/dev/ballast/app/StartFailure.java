package dev.ballast.app;

/** Why a command cannot start, in words for the person who gave it; shown without a stack trace. */
class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  StartFailure(String message) {
    super(message);
  }

  StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}

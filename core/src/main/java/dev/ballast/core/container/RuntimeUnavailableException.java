package dev.ballast.core.container;

/** The engine does not answer now (down, restarting, closed). Try again later. */
public final class RuntimeUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RuntimeUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}

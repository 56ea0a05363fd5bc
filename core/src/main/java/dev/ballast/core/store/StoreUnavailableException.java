package dev.ballast.core.store;

/**
 * The store cannot answer now: closed, or (a remote one) no server can be reached. Try again later.
 */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreUnavailableException(String message) {
    super(message);
  }

  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}

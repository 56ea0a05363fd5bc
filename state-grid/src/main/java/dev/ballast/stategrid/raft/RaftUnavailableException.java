package dev.ballast.stategrid.raft;

/** The group did not answer. */
public final class RaftUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean nothingDone;

  RaftUnavailableException(String message, boolean nothingDone, Throwable cause) {
    super(message, cause);
    this.nothingDone = nothingDone;
  }

  /** True when what was asked has certainly not been done and never will be. */
  public boolean nothingDone() {
    return nothingDone;
  }
}

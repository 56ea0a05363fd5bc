package dev.ballast.stategrid.log;

/** The log could not do what it was asked: the disk is full, an I/O error, a lost epoch. */
public final class LogException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean nothingWritten;

  /**
   * @param nothingWritten false when a crash right now might still bring the batch back
   */
  public LogException(String message, boolean nothingWritten, Throwable cause) {
    super(message, cause);
    this.nothingWritten = nothingWritten;
  }

  public boolean nothingWritten() {
    return nothingWritten;
  }
}

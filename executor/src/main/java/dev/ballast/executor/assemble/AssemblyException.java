package dev.ballast.executor.assemble;

/** A container cannot be made as its manifest says; the message is for a person. */
public final class AssemblyException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  /**
   * @param reason CreateContainerConfigError, CreateContainerError, FailedMount…
   */
  public AssemblyException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }

  static AssemblyException config(String message) {
    return new AssemblyException("CreateContainerConfigError", message);
  }
}

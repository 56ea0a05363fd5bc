package dev.ballast.core.container;

/** An open stream, or why there is none. */
public sealed interface StreamResult {

  record Open(ContainerStream stream) implements StreamResult {}

  /** {@code reason}: NotFound, NotRunning, Invalid. */
  record Failed(String reason, String message) implements StreamResult {}
}

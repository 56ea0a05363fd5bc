package dev.ballast.core.container;

/** What became of a command in a container. */
public sealed interface ExecResult {

  /** {@code output}: the beginning of what it wrote to both streams. */
  record Exited(int code, String output) implements ExecResult {}

  record TimedOut() implements ExecResult {}

  /** It could not be run: no such container, not running, no such executable. */
  record Failed(String message) implements ExecResult {}
}

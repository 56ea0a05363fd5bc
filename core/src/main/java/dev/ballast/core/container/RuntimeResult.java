package dev.ballast.core.container;

/** What became of a quick call. */
public sealed interface RuntimeResult {

  /** Done, now or before. */
  record Done(String id) implements RuntimeResult {}

  /**
   * The engine refused.
   *
   * @param reason machine reason: NotFound, ImageNotFound, Invalid, Conflict, StartFailed
   * @param message the engine's words
   */
  record Refused(String reason, String message) implements RuntimeResult {}
}

package dev.ballast.core.container;

/** What became of a pull. */
public sealed interface PullResult {

  record Pulled(Image image) implements PullResult {}

  /** {@code reason} as Kubernetes shows it: ErrImagePull, InvalidImageName. */
  record Failed(String reason, String message) implements PullResult {}
}

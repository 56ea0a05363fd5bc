package dev.ballast.executor.pod;

import java.time.Instant;

/** What is known of the image that a container is to run. */
public sealed interface ImageView {

  /**
   * It lies here.
   *
   * @param pulledFor the instance it was last pulled for since the agent began, -1 for none
   */
  record Present(int pulledFor) implements ImageView {}

  record Absent() implements ImageView {}

  record Pulling() implements ImageView {}

  /**
   * The last pull failed.
   *
   * @param present an older version lies here
   */
  record Failed(boolean present, String reason, String message, Instant at, Backoff backoff)
      implements ImageView {}
}

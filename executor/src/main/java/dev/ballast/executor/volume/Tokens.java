package dev.ballast.executor.volume;

import dev.ballast.core.status.Failure;
import java.time.Instant;

/** Asks the API for a ServiceAccount's token (its {@code token} subresource). Blocks. */
public interface Tokens {

  /**
   * @param audience "" for the API's own
   * @param podUid binds the token to the pod, so that it dies with it
   */
  record Request(
      String namespace,
      String serviceAccount,
      String audience,
      long expirationSeconds,
      String podName,
      String podUid) {}

  sealed interface Result {
    record Issued(String token, Instant expiresAt) implements Result {
      @Override
      public String toString() {
        return "Issued[expiresAt=" + expiresAt + "]";
      }
    }

    record Failed(Failure failure) implements Result {}
  }

  Result request(Request request);
}

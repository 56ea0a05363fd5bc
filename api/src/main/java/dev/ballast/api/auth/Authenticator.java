package dev.ballast.api.auth;

import dev.ballast.core.identity.User;
import java.util.Optional;

/** Finds out who asks. Thread-safe; may block. */
@FunctionalInterface
public interface Authenticator {

  /** Browsers cannot set headers on a WebSocket, so the token may come as a subprotocol. */
  String IN_SUBPROTOCOL = "base64url.bearer.authorization.k8s.io.";

  /**
   * Empty when the token is nobody's: the client is told "Unauthorized" and no more, so the
   * implementation logs why.
   *
   * @param bearerToken what came after {@code Bearer}, never empty
   */
  Optional<User> authenticate(String bearerToken);
}

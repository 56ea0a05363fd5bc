package dev.ballast.api.security;

import dev.ballast.api.auth.Authenticator;
import dev.ballast.core.identity.User;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows who shows a bearer token: first the fixed tokens (administrator, nodes, token file), then
 * those that the cluster signed. Fixed tokens are kept and compared as digests, every one of them
 * each time, so that the time taken tells nothing. Immutable, thread-safe; may block on the store.
 */
public final class BearerAuthenticator implements Authenticator {

  private static final Logger LOG = LoggerFactory.getLogger(BearerAuthenticator.class);

  private static final String AUTHENTICATED = "system:authenticated";

  private record Fixed(byte[] digest, User user) {}

  private final List<Fixed> fixed;
  private final List<Function<String, Authentication>> signed;

  /**
   * @param signed {@link ServiceAccountTokens#verify} and {@link NodeTokens#verify}, asked in turn
   */
  public BearerAuthenticator(
      List<TokenFile.Entry> tokens, List<Function<String, Authentication>> signed) {
    this.fixed =
        tokens.stream()
            .map(entry -> new Fixed(digest(entry.token()), authenticated(entry.user())))
            .toList();
    this.signed = List.copyOf(signed);
  }

  @Override
  public Optional<User> authenticate(String bearerToken) {
    return switch (identify(bearerToken)) {
      case Authentication.Known known -> Optional.of(known.user());
      case Authentication.Unknown unknown -> {
        LOG.debug("a bearer token was refused: {}", unknown.why());
        yield Optional.empty();
      }
    };
  }

  Authentication identify(String token) {
    byte[] shown = digest(token);
    User found = null;
    for (Fixed candidate : fixed) {
      if (MessageDigest.isEqual(candidate.digest(), shown)) {
        found = candidate.user();
      }
    }
    return found != null ? new Authentication.Known(found) : verified(token);
  }

  private Authentication verified(String token) {
    StringBuilder why = new StringBuilder("neither a fixed token nor a signed one");
    for (Function<String, Authentication> verifier : signed) {
      switch (verifier.apply(token)) {
        case Authentication.Known known -> {
          return known;
        }
        case Authentication.Unknown unknown -> why.append("; ").append(unknown.why());
      }
    }
    return new Authentication.Unknown(why.toString());
  }

  private static User authenticated(User user) {
    if (user.groups().contains(AUTHENTICATED)) {
      return user;
    }
    List<String> groups = new ArrayList<>(user.groups());
    groups.add(AUTHENTICATED);
    return new User(user.name(), user.uid(), groups, user.extra());
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

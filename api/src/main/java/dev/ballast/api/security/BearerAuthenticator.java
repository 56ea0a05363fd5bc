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
 * those of ServiceAccounts. Fixed tokens are kept and compared as digests, every one of them each
 * time, so that the time taken tells nothing. Immutable, thread-safe; may block on the store.
 */
public final class BearerAuthenticator implements Authenticator {

  private static final Logger LOG = LoggerFactory.getLogger(BearerAuthenticator.class);

  private static final String AUTHENTICATED = "system:authenticated";

  private record Fixed(byte[] digest, User user) {}

  private final List<Fixed> fixed;
  private final Function<String, Authentication> serviceAccounts;

  /**
   * @param serviceAccounts {@link ServiceAccountTokens#verify}
   */
  public BearerAuthenticator(
      List<TokenFile.Entry> tokens, Function<String, Authentication> serviceAccounts) {
    this.fixed =
        tokens.stream()
            .map(entry -> new Fixed(digest(entry.token()), authenticated(entry.user())))
            .toList();
    this.serviceAccounts = serviceAccounts;
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
    return found != null ? new Authentication.Known(found) : serviceAccounts.apply(token);
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

package dev.ballast.api.server;

import dev.ballast.api.auth.Attributes;
import dev.ballast.api.auth.Authenticator;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.core.identity.User;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Details;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who comes in: reads the credentials of a request, asks the two ports, words the refusals. */
public final class Gate {

  private static final User ANONYMOUS =
      new User("system:anonymous", "", List.of("system:unauthenticated"), Map.of());

  private final Authenticator authenticator;
  private final Authorizer authorizer;

  Gate(Authenticator authenticator, Authorizer authorizer) {
    this.authenticator = authenticator;
    this.authorizer = authorizer;
  }

  User authenticate(Exchange exchange, boolean open) throws Refusal {
    Optional<String> token = token(exchange);
    Optional<User> user = token.flatMap(authenticator::authenticate);
    if (user.isEmpty() && !(open && token.isEmpty())) {
      throw new Refusal(new Failure(401, "Unauthorized", "Unauthorized"));
    }
    return Impersonation.of(user.orElse(ANONYMOUS), exchange.request().headers(), authorizer);
  }

  void authorize(User user, RequestInfo info) throws Refusal {
    Attributes attributes = info.attributes();
    switch (authorizer.authorize(user, attributes)) {
      case Authorizer.Decision.Allowed allowed -> {}
      case Authorizer.Decision.Denied denied ->
          throw new Refusal(forbidden(user, attributes, denied.reason()));
    }
  }

  private static Optional<String> token(Exchange exchange) {
    String header = exchange.header("Authorization").strip();
    if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Optional.of(header.substring(7).strip()).filter(token -> !token.isEmpty());
    }
    for (String protocol : exchange.header("Sec-WebSocket-Protocol").split(",")) {
      if (protocol.strip().startsWith(Authenticator.IN_SUBPROTOCOL)) {
        return decoded(protocol.strip().substring(Authenticator.IN_SUBPROTOCOL.length()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** The 403 that kube-apiserver words. */
  public static Failure forbidden(User user, Attributes asked, String reason) {
    String because = reason.isEmpty() ? "" : ": " + reason;
    if (!asked.isResource()) {
      String message =
          "forbidden: User \"%s\" cannot %s path \"%s\"%s"
              .formatted(user.name(), asked.verb(), asked.path(), because);
      return new Failure(403, "Forbidden", message);
    }
    String resource =
        asked.subresource().isEmpty()
            ? asked.resource()
            : asked.resource() + "/" + asked.subresource();
    String what =
        asked.group().isEmpty() ? asked.resource() : asked.resource() + "." + asked.group();
    String named = asked.name().isEmpty() ? what : what + " \"" + asked.name() + "\"";
    String where =
        asked.namespace().isEmpty()
            ? "at the cluster scope"
            : "in the namespace \"" + asked.namespace() + "\"";
    String message =
        "%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s%s"
            .formatted(named, user.name(), asked.verb(), resource, asked.group(), where, because);
    Details details = new Details(asked.name(), asked.group(), asked.resource(), "", List.of(), 0);
    return new Failure(403, "Forbidden", message, details);
  }
}

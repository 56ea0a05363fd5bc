package dev.ballast.api.auth;

import dev.ballast.core.identity.User;

/** Decides who may do what: the port that RBAC takes. Thread-safe. */
@FunctionalInterface
public interface Authorizer {

  Decision authorize(User user, Attributes attributes);

  /**
   * Everything authenticated may do everything, until RBAC lands; but only administrators may act
   * as others.
   */
  Authorizer ALLOW_ALL =
      (user, attributes) ->
          attributes.verb().equals("impersonate") && !user.groups().contains("system:masters")
              ? new Decision.Denied("only administrators may act as others")
              : new Decision.Allowed("everyone may do everything");

  sealed interface Decision {
    record Allowed(String reason) implements Decision {}

    /**
     * @param reason for a person; "" when there is nothing to add
     */
    record Denied(String reason) implements Decision {}
  }
}

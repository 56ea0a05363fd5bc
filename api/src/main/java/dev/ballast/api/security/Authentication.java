package dev.ballast.api.security;

import dev.ballast.core.identity.User;

/** Who a bearer token speaks for, if anyone. */
public sealed interface Authentication {

  /** Known; {@link User#groups} include {@code system:authenticated}. */
  record Known(User user) implements Authentication {}

  /**
   * @param why for the log; the client is told no more than "Unauthorized", as by kube-apiserver
   */
  record Unknown(String why) implements Authentication {}
}

package dev.ballast.app;

import dev.ballast.api.security.BearerAuthenticator;
import dev.ballast.api.security.NodeTokens;
import dev.ballast.api.security.ServiceAccountTokens;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/** Whose tokens are taken, and who makes them. */
record Bearers(ServiceAccountTokens accounts, NodeTokens nodes, BearerAuthenticator authenticator) {

  /**
   * @param known where ServiceAccounts and Nodes are looked up
   * @throws StartFailure when a key cannot be read or made
   */
  static Bearers open(
      Path data, Keys keys, BestKnown known, SecureRandom random, Timers timers, Ids ids) {
    try {
      ServiceAccountTokens accounts = ServiceAccountTokens.open(data, random, known, timers, ids);
      NodeTokens nodes = NodeTokens.open(data, random, known, timers, ids);
      return new Bearers(
          accounts,
          nodes,
          new BearerAuthenticator(keys.tokens(), List.of(accounts::verify, nodes::verify)));
    } catch (IOException e) {
      throw new StartFailure(
          "cannot open the key of ServiceAccounts and nodes: " + e.getMessage(), e);
    }
  }
}

package dev.ballast.app;

import dev.ballast.api.security.ServerCertificates;
import dev.ballast.control.informer.Informer;
import dev.ballast.core.model.Node;
import java.util.List;

/**
 * Makes the server's certificate good for the addresses at which nodes relay their pods to the API:
 * a node's annotation {@code ballast.dev/api-relay} says ADDRESS:PORT.
 */
final class RelayNames {

  private static final String RELAY = "ballast.dev/api-relay";

  private RelayNames() {}

  static void follow(Informer<Node> nodes, ServerCertificates certificates) {
    nodes.onChange(
        (before, after) ->
            after.ifPresent(
                node -> {
                  String relay = node.value().metadata().annotations().getOrDefault(RELAY, "");
                  int colon = relay.lastIndexOf(':');
                  if (colon > 0) {
                    certificates.add(List.of(relay.substring(0, colon)));
                  }
                }));
  }
}

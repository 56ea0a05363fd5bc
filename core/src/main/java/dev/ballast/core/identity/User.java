package dev.ballast.core.identity;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who asks. Names and groups as Kubernetes writes them ({@code system:node:NAME}, {@code
 * system:masters}).
 */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {

  public static final User CONTROL_PLANE =
      new User("system:ballast", "", List.of("system:masters"), Map.of());

  private static final String NODE = "system:node:";

  public User {
    groups = List.copyOf(groups);
    extra = Map.copyOf(extra);
  }

  /** A node's agent, by the name of its node. */
  public static User ofNode(String node, String uid) {
    return new User(NODE + node, uid, List.of("system:nodes", "system:authenticated"), Map.of());
  }

  /** The node whose agent this is; empty when it is nobody's. */
  public Optional<String> node() {
    return groups.contains("system:nodes") && name.startsWith(NODE)
        ? Optional.of(name.substring(NODE.length()))
        : Optional.empty();
  }
}

package dev.ballast.core.identity;

import java.util.List;
import java.util.Map;

/**
 * Who asks. Names and groups as Kubernetes writes them ({@code system:node:NAME}, {@code
 * system:masters}).
 */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {

  public static final User CONTROL_PLANE =
      new User("system:ballast", "", List.of("system:masters"), Map.of());

  public User {
    groups = List.copyOf(groups);
    extra = Map.copyOf(extra);
  }
}

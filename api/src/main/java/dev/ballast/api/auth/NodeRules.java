package dev.ballast.api.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.auth.Authorizer.Decision;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What nodes' agents and bootstrap tokens may do, whatever other rules allow: an agent what its
 * work needs (the admission {@code NodeRestriction} looks at the objects it writes), a Secret or
 * ConfigMap only if a pod of its node names it; a bootstrap token to ask for a node's credential.
 * Everybody else is the next authoriser's. Thread-safe; may block on the store.
 */
public final class NodeRules implements Authorizer {

  private record Rule(Set<String> verbs, String group, Set<String> resources) {
    boolean allows(Attributes asked) {
      String resource =
          asked.subresource().isEmpty()
              ? asked.resource()
              : asked.resource() + "/" + asked.subresource();
      return verbs.contains(asked.verb())
          && group.equals(asked.group())
          && resources.contains(resource);
    }
  }

  private static final Set<String> READ = Set.of("get", "list", "watch");
  private static final Set<String> WRITE = Set.of("create", "update", "patch");

  private static final List<Rule> ANYONE =
      List.of(
          new Rule(Set.of("create"), "authentication.k8s.io", Set.of("selfsubjectreviews")),
          new Rule(
              Set.of("create"),
              "authorization.k8s.io",
              Set.of("selfsubjectaccessreviews", "selfsubjectrulesreviews")));

  private static final List<Rule> BOOTSTRAP =
      List.of(new Rule(Set.of("create"), "ballast.dev", Set.of("nodes/credential")));

  private static final List<Rule> NODE =
      List.of(
          new Rule(READ, "", Set.of("nodes", "pods", "services", "endpoints", "namespaces")),
          new Rule(READ, "discovery.k8s.io", Set.of("endpointslices")),
          new Rule(Set.of("get"), "", Set.of("secrets", "configmaps")),
          new Rule(Set.of("update", "patch"), "", Set.of("nodes", "nodes/status", "pods/status")),
          new Rule(Set.of("delete"), "", Set.of("pods")),
          new Rule(WRITE, "", Set.of("events")),
          new Rule(WRITE, "events.k8s.io", Set.of("events")),
          new Rule(READ, "", Set.of("events")),
          new Rule(WRITE, "coordination.k8s.io", Set.of("leases")),
          new Rule(Set.of("get"), "coordination.k8s.io", Set.of("leases")),
          new Rule(Set.of("create"), "", Set.of("serviceaccounts/token")),
          new Rule(
              Set.of("get", "create"), "ballast.dev", Set.of("nodes/credential", "nodes/tunnel")));

  private static final List<String> DISCOVERY =
      List.of("/api", "/apis", "/openapi", "/version", "/healthz", "/livez", "/readyz");

  /** Fields of a pod that name what else it needs, by kind; each holds a name, or is one. */
  private static final Map<String, Set<String>> REFERENCES =
      Map.of(
          "secrets",
          Set.of("secret", "secretName", "secretRef", "secretKeyRef", "imagePullSecrets"),
          "configmaps",
          Set.of("configMap", "configMapRef", "configMapKeyRef"));

  private final BestKnown known;
  private final Authorizer next;

  /**
   * @param next for whoever is no node
   */
  public NodeRules(BestKnown known, Authorizer next) {
    this.known = known;
    this.next = next;
  }

  @Override
  public Decision authorize(User user, Attributes asked) {
    if (user.groups().contains("system:nodes")) {
      return user.node()
          .map(node -> ofNode(node, asked))
          .orElse(new Decision.Denied("a node is known as system:node:NAME"));
    }
    return user.groups().contains("system:bootstrappers")
        ? among(BOOTSTRAP, asked, "a bootstrap token is good for nodes/credential only")
        : next.authorize(user, asked);
  }

  private Decision ofNode(String node, Attributes asked) {
    Decision decision = among(NODE, asked, "a node has no need of it");
    Set<String> fields = REFERENCES.get(asked.resource());
    if (fields == null || decision instanceof Decision.Denied) {
      return decision;
    }
    ListQuery here =
        ListQuery.in(ResourceType.PODS, asked.namespace())
            .withFields(FieldSelector.equal("spec.nodeName", node));
    boolean needed = known.find(store -> naming(store, here, fields, asked.name())).isPresent();
    return needed ? decision : new Decision.Denied("no pod of node \"" + node + "\" refers to it");
  }

  private static Optional<Document> naming(
      ResourceStore store, ListQuery pods, Set<String> fields, String name) {
    return store.list(pods) instanceof ListResult.Page page
        ? page.documents().stream()
            .filter(pod -> names(pod.tree().path("spec"), fields, name, false))
            .findFirst()
        : Optional.empty();
  }

  private static boolean names(JsonNode tree, Set<String> fields, String name, boolean within) {
    if (within && (name.equals(tree.asText(null)) || name.equals(tree.path("name").asText(null)))) {
      return true;
    }
    if (tree.isArray()) {
      for (JsonNode item : tree) {
        if (names(item, fields, name, within)) {
          return true;
        }
      }
      return false;
    }
    return tree.properties().stream()
        .anyMatch(field -> names(field.getValue(), fields, name, fields.contains(field.getKey())));
  }

  private static Decision among(List<Rule> rules, Attributes asked, String otherwise) {
    boolean allowed =
        asked.isResource()
            ? rules.stream().anyMatch(rule -> rule.allows(asked))
                || ANYONE.stream().anyMatch(rule -> rule.allows(asked))
            : asked.verb().equals("get") && isDiscovery(asked.path());
    return allowed ? new Decision.Allowed("by its work") : new Decision.Denied(otherwise);
  }

  private static boolean isDiscovery(String path) {
    return DISCOVERY.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
  }
}

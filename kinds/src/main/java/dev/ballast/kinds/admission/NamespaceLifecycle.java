package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.admission.Review.Operation;
import java.util.Optional;
import java.util.Set;

/**
 * New objects need a namespace that exists and is not on its way out; the cluster's own namespaces
 * stay.
 */
final class NamespaceLifecycle implements Admission {

  private static final Set<String> IMMORTAL =
      Set.of("default", "kube-system", "kube-public", "kube-node-lease");

  @Override
  public Optional<Failure> admit(Review review, State state) {
    ObjectKey key = review.key();
    if (review.is(Operation.DELETE, ResourceType.NAMESPACES)) {
      return IMMORTAL.contains(key.name())
          ? Optional.of(Failures.forbidden(key, "this namespace may not be deleted"))
          : Optional.empty();
    }
    if (review.operation() != Operation.CREATE || key.namespace().isEmpty()) {
      return Optional.empty();
    }
    ObjectKey namespaceKey = ObjectKey.cluster(ResourceType.NAMESPACES, key.namespace());
    Optional<ObjectNode> namespace = state.get(namespaceKey);
    return namespace.isEmpty()
        ? Optional.of(Failures.notFound(namespaceKey))
        : terminating(key, namespace.get());
  }

  private static Optional<Failure> terminating(ObjectKey key, ObjectNode namespace) {
    JsonNode deleted = namespace.path("metadata").path("deletionTimestamp");
    if (deleted.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(
        Failures.forbidden(
            key,
            "unable to create new content in namespace "
                + key.namespace()
                + " because it is being terminated",
            new Cause(
                "NamespaceTerminating",
                "namespace " + key.namespace() + " is being terminated",
                "metadata.namespace")));
  }
}

package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.admission.Review.Operation;
import java.util.Optional;

/**
 * A namespace is created together with its default ServiceAccount, so that a pod may follow at
 * once. (A controller brings back one that somebody deletes.)
 */
final class DefaultAccount implements Admission {

  private final Ids ids;

  DefaultAccount(Ids ids) {
    this.ids = ids;
  }

  @Override
  public Optional<Failure> admit(Review review, State state) {
    ObjectKey key = new ObjectKey(ResourceType.SERVICE_ACCOUNTS, review.key().name(), "default");
    if (review.is(Operation.CREATE, ResourceType.NAMESPACES) && state.get(key).isEmpty()) {
      ObjectNode account = Json.object();
      account.put("apiVersion", "v1").put("kind", "ServiceAccount");
      account
          .putObject("metadata")
          .put("name", key.name())
          .put("namespace", key.namespace())
          .put("uid", ids.uid())
          .set("creationTimestamp", review.document().at("/metadata/creationTimestamp"));
      state.create(key, account);
    }
    return Optional.empty();
  }
}

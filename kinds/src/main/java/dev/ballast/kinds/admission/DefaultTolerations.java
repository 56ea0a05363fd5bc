package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.admission.Review.Operation;
import java.util.List;
import java.util.Optional;

/** A pod that says nothing else stays five minutes on a node that is not ready or unreachable. */
final class DefaultTolerations implements Admission {

  private static final int SECONDS = 300;
  private static final List<String> TAINTS =
      List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

  @Override
  public Optional<Failure> admit(Review review, State state) {
    if (review.is(Operation.CREATE, ResourceType.PODS)) {
      ArrayNode tolerations =
          review.document().withObjectProperty("spec").withArrayProperty("tolerations");
      for (String taint : TAINTS) {
        if (!tolerates(tolerations, taint)) {
          tolerations
              .addObject()
              .put("key", taint)
              .put("operator", "Exists")
              .put("effect", "NoExecute")
              .put("tolerationSeconds", SECONDS);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean tolerates(ArrayNode tolerations, String taint) {
    for (JsonNode toleration : tolerations) {
      String key = toleration.path("key").asText("");
      String effect = toleration.path("effect").asText("");
      if ((key.isEmpty() || key.equals(taint))
          && (effect.isEmpty() || effect.equals("NoExecute"))) {
        return true;
      }
    }
    return false;
  }
}

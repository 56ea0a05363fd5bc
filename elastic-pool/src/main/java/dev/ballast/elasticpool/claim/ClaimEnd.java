package dev.ballast.elasticpool.claim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.Conditions;
import dev.ballast.core.resource.Document;
import dev.ballast.core.time.Now;

/** The mark by which a claim says that its machine is no more. Pure. */
public final class ClaimEnd {

  private ClaimEnd() {}

  /** The claim with that mark. */
  public static ObjectNode of(Document document, NodeClaim claim, Now now) {
    ObjectNode tree = document.tree();
    tree.withObjectProperty("status")
        .set(
            "conditions",
            Conditions.node(
                Conditions.with(
                    claim.status().conditions(),
                    Karpenter.TERMINATING,
                    "True",
                    Karpenter.TERMINATING,
                    "",
                    now)));
    return tree;
  }
}

package dev.ballast.elasticpool.claim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.Conditions;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Condition;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.time.Now;
import java.util.List;
import java.util.Map;

/** A claim's next status: collects what is found out in one round. Used by one thread. */
final class ClaimStatus {

  private final Now now;
  private final ObjectNode fields = Json.object();
  private List<Condition> conditions;

  ClaimStatus(NodeClaim claim, Now now) {
    this.now = now;
    this.conditions = claim.status().conditions();
  }

  ClaimStatus holds(String condition) {
    return set(condition, "True", condition, "");
  }

  /** Not yet, or no longer; it may come. */
  ClaimStatus waits(String condition, String reason, String message) {
    return set(condition, "Unknown", reason, message);
  }

  ClaimStatus fails(String condition, String reason, String message) {
    return set(condition, "False", reason, message);
  }

  /** The machine does not run any more, and was not ended from here. */
  ClaimStatus gone(String machine) {
    return set(
        Karpenter.TERMINATING, "True", "MachineGone", "its provider has no machine " + machine);
  }

  private ClaimStatus set(String condition, String status, String reason, String message) {
    conditions = Conditions.with(conditions, condition, status, reason, message, now);
    return this;
  }

  ClaimStatus put(String field, String value) {
    fields.put(field, value);
    return this;
  }

  ClaimStatus put(String field, Map<String, String> values) {
    ObjectNode object = fields.putObject(field);
    values.forEach(object::put);
    return this;
  }

  /** Ready follows from the three steps of its life. */
  ClaimStatus ready() {
    for (String step :
        List.of(
            Karpenter.LAUNCHED, Karpenter.REGISTERED_CONDITION, Karpenter.INITIALIZED_CONDITION)) {
      if (!Conditions.isTrue(conditions, step)) {
        Condition why =
            Conditions.find(conditions, step)
                .orElse(new Condition(step, "Unknown", step, "", "", "", ""));
        String status = why.status().equals("False") ? "False" : "Unknown";
        return set(Karpenter.READY, status, why.reason(), why.message());
      }
    }
    return holds(Karpenter.READY);
  }

  Action patch(ObjectKey claim, long revision) {
    ObjectNode patch = Json.object();
    ObjectNode status = patch.putObject("status");
    status.setAll(fields);
    status.set("conditions", Conditions.node(conditions));
    return new Action.Patch(claim, revision, "status", patch);
  }
}

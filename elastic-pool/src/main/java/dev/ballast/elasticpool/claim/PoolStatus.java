package dev.ballast.elasticpool.claim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.Conditions;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Condition;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Now;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What a pool says of itself. Pure. */
final class PoolStatus {

  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

  /** Why a condition does not hold. */
  private record Problem(String reason, String message) {}

  private PoolStatus() {}

  static Action patch(PoolReconciler.View view, Now now) {
    NodePool pool = view.pool().value();
    ObjectNode patch = Json.object();
    ObjectNode status = patch.putObject("status");
    status.put("nodes", view.claims().stream().filter(h -> h.claim().value().isLaunched()).count());
    status.set("resources", resources(view));
    Optional<Problem> invalid = demand(pool);
    Optional<Problem> classless = nodeClass(view);
    Optional<Problem> refused = view.refusal().map(PoolStatus::refused);
    List<Condition> conditions = pool.status().conditions();
    conditions = with(conditions, "ValidationSucceeded", invalid, now);
    conditions = with(conditions, "NodeClassReady", classless, now);
    conditions =
        with(conditions, Karpenter.READY, invalid.or(() -> classless).or(() -> refused), now);
    status.set("conditions", Conditions.node(conditions));
    return new Action.Patch(view.pool().key(), view.pool().revision(), "status", patch);
  }

  private static List<Condition> with(
      List<Condition> conditions, String type, Optional<Problem> problem, Now now) {
    return problem
        .map(p -> Conditions.with(conditions, type, "False", p.reason(), p.message(), now))
        .orElseGet(() -> Conditions.with(conditions, type, "True", type, "", now));
  }

  private static Optional<Problem> demand(NodePool pool) {
    return pool.isFixed()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "DemandNotServed",
                "this server does not yet make machines as pods ask for them, it keeps pools of"
                    + " fixed size only: make a pool with spec.replicas in place of this one"));
  }

  private static Optional<Problem> nodeClass(PoolReconciler.View view) {
    NodeClassRef named = view.pool().value().nodeClass();
    return switch (view.nodeClass()) {
      case THERE -> Optional.empty();
      case MISSING ->
          Optional.of(
              new Problem(
                  "NodeClassNotFound", "there is no " + named + ": create it, or name another"));
      case UNKNOWN ->
          Optional.of(
              new Problem(
                  "NodeClassNotSupported",
                  "no provider here makes machines of %s: spec.template.spec.nodeClassRef may name a %s"
                      .formatted(named, view.kinds())));
    };
  }

  private static Problem refused(Failure failure) {
    return new Problem("ClaimsRefused", failure.message());
  }

  private static ObjectNode resources(PoolReconciler.View view) {
    TreeMap<String, BigDecimal> sums = new TreeMap<>();
    for (PoolReconciler.Held held : view.claims()) {
      held.claim()
          .value()
          .status()
          .capacity()
          .forEach(
              (name, amount) -> sums.merge(name, Quantity.parse(amount).value(), BigDecimal::add));
    }
    ObjectNode resources = Json.object();
    sums.forEach((name, sum) -> resources.put(name, text(sum)));
    return resources;
  }

  private static String text(BigDecimal sum) {
    BigDecimal[] kibi = sum.divideAndRemainder(KIBI);
    return sum.compareTo(KIBI) > 0 && kibi[1].signum() == 0
        ? kibi[0].toPlainString() + "Ki"
        : sum.stripTrailingZeros().toPlainString();
  }
}

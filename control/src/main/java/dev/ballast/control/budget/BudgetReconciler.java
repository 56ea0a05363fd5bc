package dev.ballast.control.budget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many pods a budget lets go now. A pod whose eviction was granted does not count as healthy,
 * until it is seen to go; should it stay, it counts again after two minutes. Pure.
 */
final class BudgetReconciler implements Reconciler<BudgetReconciler.View> {

  static final Duration GRANTED = Duration.ofMinutes(2);

  /**
   * @param pods those that the budget selects and that have not ended
   * @param scale how many pods their controllers want, in all
   */
  record View(Cached<Budget> budget, List<Cached<Pod>> pods, int scale) {}

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    Budget budget = view.budget().value();
    Map<String, String> disrupted = stillDisrupted(view, now);
    int expected = expected(view);
    int desired = desired(view, expected);
    int healthy =
        (int)
            view.pods().stream()
                .filter(pod -> isHealthy(pod.value()) && !disrupted.containsKey(pod.key().name()))
                .count();
    int allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
    ObjectNode patch = Json.object();
    ObjectNode status = patch.putObject("status");
    status.put("observedGeneration", budget.metadata().generation());
    status.put("expectedPods", expected).put("desiredHealthy", desired);
    status.put("currentHealthy", healthy).put("disruptionsAllowed", allowed);
    putDisrupted(status, budget, disrupted);
    status.set("conditions", Conditions.node(conditions(budget, allowed, now)));
    Decision<Action> decision =
        Decision.of(
            List.of(
                new Action.Patch(view.budget().key(), view.budget().revision(), "status", patch)));
    return disrupted.isEmpty() ? decision : decision.andCheckAgain(GRANTED);
  }

  private static boolean isHealthy(Pod pod) {
    return pod.isReady() && !pod.metadata().isDeleting();
  }

  private static Map<String, String> stillDisrupted(View view, Now now) {
    Map<String, String> kept = new TreeMap<>(view.budget().value().status().disruptedPods());
    kept.entrySet()
        .removeIf(
            granted ->
                Rfc3339.age(granted.getValue(), now.wall()).compareTo(GRANTED) > 0
                    || view.pods().stream()
                        .noneMatch(
                            pod ->
                                pod.key().name().equals(granted.getKey())
                                    && !pod.value().metadata().isDeleting()));
    return kept;
  }

  private static int expected(View view) {
    Budget.Spec spec = view.budget().value().spec();
    boolean counted =
        spec.maxUnavailable() == null
            && (spec.minAvailable() == null || !isPercentage(spec.minAvailable()));
    return counted ? view.pods().size() : view.scale();
  }

  private static int desired(View view, int expected) {
    Budget.Spec spec = view.budget().value().spec();
    if (spec.maxUnavailable() != null) {
      return Math.max(0, expected - resolve(spec.maxUnavailable(), expected));
    }
    return spec.minAvailable() == null ? 1 : resolve(spec.minAvailable(), expected);
  }

  private static boolean isPercentage(JsonNode value) {
    return value.asText().endsWith("%");
  }

  /** Percentages round up, on either side. */
  private static int resolve(JsonNode value, int total) {
    String text = value.asText();
    return isPercentage(value)
        ? (int) Math.ceilDiv(Long.parseLong(text.substring(0, text.length() - 1)) * total, 100L)
        : Integer.parseInt(text);
  }

  private static void putDisrupted(
      ObjectNode status, Budget budget, Map<String, String> disrupted) {
    if (disrupted.isEmpty()) {
      status.putNull("disruptedPods");
      return;
    }
    ObjectNode pods = status.putObject("disruptedPods");
    budget.status().disruptedPods().keySet().forEach(pods::putNull);
    disrupted.forEach(pods::put);
  }

  private static List<Condition> conditions(Budget budget, int allowed, Now now) {
    return Conditions.with(
        budget.status().conditions(),
        "DisruptionAllowed",
        allowed > 0 ? "True" : "False",
        allowed > 0 ? "SufficientPods" : "InsufficientPods",
        "",
        now);
  }
}

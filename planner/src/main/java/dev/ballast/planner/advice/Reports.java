package dev.ballast.planner.advice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.placement.Refusal;
import dev.ballast.core.plan.Plan.Unplaced;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** PlacementReports as documents: named as their pods, and owned by them. Pure. */
final class Reports {

  /** The condition's message shall stay readable. */
  private static final int IN_ONE_LINE = 3;

  private Reports() {}

  static ObjectKey key(ObjectKey pod) {
    return new ObjectKey(ResourceType.PLACEMENT_REPORTS, pod.namespace(), pod.name());
  }

  static ObjectNode of(Unplaced why, List<Fix> fixes, long revision) {
    PodRef pod = why.pod();
    ObjectNode report =
        Json.object().put("apiVersion", "ballast.dev/v1").put("kind", "PlacementReport");
    ObjectNode metadata = report.putObject("metadata").put("name", pod.key().name());
    metadata.put("namespace", pod.key().namespace());
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "v1")
        .put("kind", "Pod")
        .put("name", pod.key().name())
        .put("uid", pod.uid());
    return fill(report, why, fixes, revision);
  }

  /** All but the metadata. */
  static ObjectNode fill(ObjectNode report, Unplaced why, List<Fix> fixes, long revision) {
    report.put("podUID", why.pod().uid()).put("message", why.message());
    report.put("basedOnRevision", revision);
    var reasons = report.putArray("reasons");
    why.refusals().entrySet().stream()
        .sorted(
            Map.Entry.<Refusal, Integer>comparingByValue()
                .reversed()
                .thenComparing(one -> one.getKey().message()))
        .forEach(
            one ->
                reasons
                    .addObject()
                    .put("reason", one.getKey().message())
                    .put("nodes", one.getValue()));
    var all = report.putArray("fixes");
    for (Fix fix : fixes) {
      ObjectNode one = all.addObject().put("message", fix.message()).put("node", fix.node());
      var changes = one.putArray("changes");
      fix.changes().forEach(change -> describe(changes.addObject(), change));
    }
    return report;
  }

  private static void describe(ObjectNode to, Change change) {
    switch (change) {
      case Change.DropConstraint drop ->
          to.put("type", "DropConstraint").put("field", drop.field());
      case Change.AddToleration add ->
          to.put("type", "AddToleration")
              .put("key", add.key())
              .put("value", add.value())
              .put("effect", add.effect());
      case Change.Uncordon one -> to.put("type", "Uncordon").put("node", one.node());
      case Change.FreeResource free ->
          to.put("type", "FreeResource")
              .put("node", free.node())
              .put("resource", free.resource())
              .put("amount", Change.quantity(free.resource(), free.amount()));
      case Change.EvictPod evict ->
          to.put("type", "EvictPod")
              .put("namespace", evict.namespace())
              .put("pod", evict.pod())
              .put("node", evict.node());
      case Change.AddNode add -> {
        to.put("type", "AddNode").put("like", add.like());
        ObjectNode labels = to.putObject("labels");
        add.labels().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .forEach(one -> labels.put(one.getKey(), one.getValue()));
        ObjectNode allocatable = to.putObject("allocatable");
        add.allocatable().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .forEach(one -> allocatable.put(one.getKey(), one.getValue()));
      }
    }
  }

  /** For the condition and the event: {@code evict default/a from n1; or add a node like n2.} */
  static String advice(List<Fix> fixes) {
    return fixes.isEmpty()
        ? ""
        : fixes.stream()
            .limit(IN_ONE_LINE)
            .map(Fix::message)
            .collect(Collectors.joining("; or ", "", "."));
  }
}

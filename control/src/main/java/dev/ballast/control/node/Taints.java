package dev.ballast.control.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Node.Taint;
import dev.ballast.core.resource.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The taints that follow from a node's condition, by Kubernetes' names. Pure. */
final class Taints {

  static final String NOT_READY = "node.kubernetes.io/not-ready";
  static final String UNREACHABLE = "node.kubernetes.io/unreachable";
  static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
  static final String NO_SCHEDULE = "NoSchedule";
  static final String NO_EXECUTE = "NoExecute";

  private record Pressure(String condition, String taint) {}

  private static final List<Pressure> PRESSURES =
      List.of(
          new Pressure("MemoryPressure", "node.kubernetes.io/memory-pressure"),
          new Pressure("DiskPressure", "node.kubernetes.io/disk-pressure"),
          new Pressure("PIDPressure", "node.kubernetes.io/pid-pressure"),
          new Pressure("NetworkUnavailable", "node.kubernetes.io/network-unavailable"));

  private Taints() {}

  /** The key that a node's readiness calls for; empty when it is ready. */
  static Optional<String> byReadiness(Node node) {
    String ready = node.condition("Ready").map(Condition::status).orElse("Unknown");
    return switch (ready) {
      case "True" -> Optional.empty();
      case "False" -> Optional.of(NOT_READY);
      default -> Optional.of(UNREACHABLE);
    };
  }

  /** The node's taints with those of effect NoSchedule brought in line with its condition. */
  static List<Taint> withNoSchedule(Node node, String now) {
    List<Taint> taints = node.spec().taints();
    Optional<String> readiness = byReadiness(node);
    taints =
        with(taints, NOT_READY, NO_SCHEDULE, readiness.filter(NOT_READY::equals).isPresent(), now);
    taints =
        with(
            taints,
            UNREACHABLE,
            NO_SCHEDULE,
            readiness.filter(UNREACHABLE::equals).isPresent(),
            now);
    taints = with(taints, UNSCHEDULABLE, NO_SCHEDULE, node.spec().unschedulable(), now);
    for (Pressure pressure : PRESSURES) {
      boolean on = node.condition(pressure.condition()).map(Condition::isTrue).orElse(false);
      taints = with(taints, pressure.taint(), NO_SCHEDULE, on, now);
    }
    return taints;
  }

  /** The node's taints with the NoExecute one of this key, or none where it is empty. */
  static List<Taint> withNoExecute(Node node, Optional<String> key, String now) {
    List<Taint> taints = node.spec().taints();
    for (String each : List.of(NOT_READY, UNREACHABLE)) {
      taints = with(taints, each, NO_EXECUTE, key.filter(each::equals).isPresent(), now);
    }
    return taints;
  }

  static Optional<Taint> find(Node node, String key, String effect) {
    return node.spec().taints().stream()
        .filter(taint -> taint.key().equals(key) && taint.effect().equals(effect))
        .findFirst();
  }

  private static List<Taint> with(
      List<Taint> taints, String key, String effect, boolean on, String now) {
    boolean there = taints.stream().anyMatch(t -> t.key().equals(key) && t.effect().equals(effect));
    if (there == on) {
      return taints;
    }
    List<Taint> result = new ArrayList<>(taints);
    if (on) {
      result.add(new Taint(key, "", effect, now));
    } else {
      result.removeIf(t -> t.key().equals(key) && t.effect().equals(effect));
    }
    return result;
  }

  static Action patch(Cached<Node> node, List<Taint> taints) {
    ObjectNode patch = Json.object();
    ObjectNode spec = patch.putObject("spec");
    if (taints.isEmpty()) {
      spec.putNull("taints");
    } else {
      ArrayNode list = spec.putArray("taints");
      for (Taint taint : taints) {
        ObjectNode item = list.addObject().put("key", taint.key()).put("effect", taint.effect());
        if (!taint.value().isEmpty()) {
          item.put("value", taint.value());
        }
        if (!taint.timeAdded().isEmpty()) {
          item.put("timeAdded", taint.timeAdded());
        }
      }
    }
    return new Action.Patch(node.key(), node.revision(), "", patch);
  }
}

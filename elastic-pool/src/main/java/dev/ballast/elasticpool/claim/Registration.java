package dev.ballast.elasticpool.claim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Owners;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Node.Taint;
import dev.ballast.core.resource.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a machine's node gets from its claim, once when it comes and once when it is ready. Pure.
 */
final class Registration {

  /** Why a node is not ready for pods. */
  record Unready(String reason, String message) {}

  private Registration() {}

  /** Empty when the node has all that it is to have by now. */
  static List<Action> of(Cached<NodeClaim> claim, Cached<Node> node) {
    if (!has(node.value(), Karpenter.REGISTERED)) {
      return List.of(registered(claim.value(), node));
    }
    boolean ready = unready(claim.value(), node.value()).isEmpty();
    return ready && !has(node.value(), Karpenter.INITIALIZED)
        ? List.of(labelled(node, Karpenter.INITIALIZED))
        : List.of();
  }

  /** Once initialized, a node that fails is still the claim's node. */
  static Optional<Unready> unready(NodeClaim claim, Node node) {
    if (has(node, Karpenter.INITIALIZED)) {
      return Optional.empty();
    }
    if (!node.condition("Ready").map(Condition::isTrue).orElse(false)) {
      return Optional.of(new Unready("NodeNotReady", "the node is not ready yet"));
    }
    return claim.spec().startupTaints().stream()
        .filter(startup -> node.spec().taints().stream().anyMatch(one -> same(one, startup)))
        .findFirst()
        .map(
            taint ->
                new Unready(
                    "StartupTaintsExist",
                    "the node still has the taint %s:%s".formatted(taint.key(), taint.effect())));
  }

  private static boolean has(Node node, String label) {
    return "true".equals(node.metadata().labels().get(label));
  }

  private static Action registered(NodeClaim claim, Cached<Node> node) {
    ObjectNode patch = Json.object();
    ObjectNode metadata = patch.putObject("metadata");
    ObjectNode labels = metadata.putObject("labels");
    claim.nodeLabels().forEach(labels::put);
    labels.put(Karpenter.REGISTERED, "true");
    ArrayNode finalizers = metadata.putArray("finalizers");
    node.value().metadata().finalizers().stream()
        .filter(one -> !one.equals(Karpenter.FINALIZER))
        .forEach(finalizers::add);
    finalizers.add(Karpenter.FINALIZER);
    metadata
        .putArray("ownerReferences")
        .add(Owners.node(Owners.controller(Karpenter.API_VERSION, "NodeClaim", claim.metadata())));
    List<Taint> taints = new ArrayList<>(node.value().spec().taints());
    taints.removeIf(one -> same(one, Karpenter.UNREGISTERED));
    for (List<Taint> more : List.of(claim.spec().taints(), claim.spec().startupTaints())) {
      for (Taint taint : more) {
        taints.removeIf(one -> same(one, taint));
        taints.add(taint);
      }
    }
    patch.putObject("spec").set("taints", taints(taints));
    return new Action.Patch(node.key(), node.revision(), "", patch);
  }

  private static Action labelled(Cached<Node> node, String label) {
    ObjectNode patch = Json.object();
    patch.putObject("metadata").putObject("labels").put(label, "true");
    return new Action.Patch(node.key(), node.revision(), "", patch);
  }

  static boolean same(Taint one, Taint other) {
    return one.key().equals(other.key()) && one.effect().equals(other.effect());
  }

  static ArrayNode taints(List<Taint> taints) {
    ArrayNode list = Json.object().arrayNode();
    for (Taint taint : taints) {
      ObjectNode one = list.addObject().put("key", taint.key()).put("effect", taint.effect());
      if (!taint.value().isEmpty()) {
        one.put("value", taint.value());
      }
      if (!taint.timeAdded().isEmpty()) {
        one.put("timeAdded", taint.timeAdded());
      }
    }
    return list;
  }
}

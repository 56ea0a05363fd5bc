package dev.ballast.control.node;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Node.Taint;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which nodes get the taint that evicts their pods, seen over all nodes: one node each {@link
 * #PACE}, and none, with those already on taken off, while more than {@value #TOO_MANY_PERCENT}% of
 * the nodes are not ready: then the fault is more likely here, or in the network, than in them.
 *
 * <p>The pace is read from the taints' own times, so it survives a restart. Pure.
 */
final class EvictionPace implements Reconciler<List<Cached<Node>>> {

  static final Duration PACE = Duration.ofSeconds(10);
  static final int TOO_MANY_PERCENT = 55;

  @Override
  public Decision<Action> reconcile(List<Cached<Node>> nodes, Now now) {
    List<Cached<Node>> ill =
        nodes.stream().filter(n -> Taints.byReadiness(n.value()).isPresent()).toList();
    if (ill.isEmpty()) {
      return Decision.nothing();
    }
    String at = Rfc3339.text(now.wall());
    if (isDisrupted(ill.size(), nodes.size())) {
      return Decision.of(
          ill.stream()
              .flatMap(
                  n -> change(n, Taints.withNoExecute(n.value(), Optional.empty(), at)).stream())
              .toList());
    }
    List<Action> actions = new ArrayList<>();
    Duration left = untilNext(ill, now);
    List<Cached<Node>> waiting = new ArrayList<>();
    for (Cached<Node> node : ill) {
      if (newest(node.value()).isPresent()) {
        // Marked already; from not-ready to unreachable and back costs no further eviction.
        Optional<String> key = Taints.byReadiness(node.value());
        actions.addAll(change(node, Taints.withNoExecute(node.value(), key, at)));
      } else {
        waiting.add(node);
      }
    }
    if (waiting.isEmpty()) {
      return Decision.of(actions);
    }
    if (left.isPositive()) {
      return Decision.of(actions).andCheckAgain(left);
    }
    waiting.sort(Comparator.comparing(Cached::key));
    Cached<Node> next = waiting.getFirst();
    Optional<String> key = Taints.byReadiness(next.value());
    actions.addAll(change(next, Taints.withNoExecute(next.value(), key, at)));
    return Decision.of(actions).andCheckAgain(PACE);
  }

  /** A single node that fails is no disruption of the whole, unless it is all there is. */
  static boolean isDisrupted(int ill, int all) {
    return ill == all || (ill > 2 && ill * 100L > (long) all * TOO_MANY_PERCENT);
  }

  private static Duration untilNext(List<Cached<Node>> ill, Now now) {
    return ill.stream()
        .flatMap(node -> newest(node.value()).stream())
        .max(Instant::compareTo)
        .map(last -> Duration.between(now.wall(), last.plus(PACE)))
        .orElse(Duration.ZERO);
  }

  /** When the node was marked for eviction. */
  private static Optional<Instant> newest(Node node) {
    return node.spec().taints().stream()
        .filter(taint -> taint.effect().equals(Taints.NO_EXECUTE))
        .filter(t -> t.key().equals(Taints.NOT_READY) || t.key().equals(Taints.UNREACHABLE))
        .map(taint -> Rfc3339.parse(taint.timeAdded()).orElse(Instant.EPOCH))
        .max(Instant::compareTo);
  }

  private static List<Action> change(Cached<Node> node, List<Taint> taints) {
    return taints.equals(node.value().spec().taints())
        ? List.of()
        : List.of(Taints.patch(node, taints));
  }
}

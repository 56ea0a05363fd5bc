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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which nodes get the taint that evicts their pods, seen zone by zone (labels {@code
 * topology.kubernetes.io/region} and {@code zone}).
 *
 * <ul>
 *   <li>Usually one node of a zone each {@link #PACE}.
 *   <li>Where {@value #TOO_MANY_PERCENT}% of a zone's nodes or more (and more than two) are ill,
 *       the fault is more likely in the network: one each {@link #SLOW_PACE} in a zone of more than
 *       {@value #LARGE} nodes, none in a smaller one.
 *   <li>A zone that is ill as a whole goes at the usual pace while another is not; when all are,
 *       the fault is likely here: none, and the marks that are on are taken off.
 * </ul>
 *
 * <p>The pace is read from the taints' own times, so it survives a restart. Pure.
 */
final class EvictionPace implements Reconciler<List<Cached<Node>>> {

  static final Duration PACE = Duration.ofSeconds(10);
  static final Duration SLOW_PACE = Duration.ofSeconds(100);
  static final int TOO_MANY_PERCENT = 55;
  static final int LARGE = 50;

  enum Disruption {
    NONE,
    PARTIAL,
    FULL
  }

  @Override
  public Decision<Action> reconcile(List<Cached<Node>> nodes, Now now) {
    Map<String, List<Cached<Node>>> zones =
        nodes.stream()
            .collect(Collectors.groupingBy(EvictionPace::zone, TreeMap::new, Collectors.toList()));
    boolean allIll = zones.values().stream().allMatch(zone -> disruption(zone) == Disruption.FULL);
    List<Action> actions = new ArrayList<>();
    Optional<Duration> next = Optional.empty();
    for (List<Cached<Node>> zone : zones.values()) {
      Decision<Action> decision = allIll ? spare(zone, now) : inZone(zone, now);
      actions.addAll(decision.actions());
      next = Stream.concat(next.stream(), decision.checkAgain().stream()).min(Duration::compareTo);
    }
    Decision<Action> decision = Decision.of(actions);
    return next.map(decision::andCheckAgain).orElse(decision);
  }

  /**
   * Does the change call for a look at all nodes? It would be one for each of thousands when they
   * join. That a well node more makes its zone less ill is seen at the next periodic look.
   */
  static boolean concerns(Optional<Cached<Node>> before, Optional<Cached<Node>> after) {
    if (after.isEmpty()) {
      return true;
    }
    Node now = after.get().value();
    return before.isEmpty()
        ? Taints.byReadiness(now).isPresent() || !now.spec().taints().isEmpty()
        : !Taints.byReadiness(before.get().value()).equals(Taints.byReadiness(now))
            || !before.get().value().spec().taints().equals(now.spec().taints())
            || !zone(before.get()).equals(zone(after.get()));
  }

  private static String zone(Cached<Node> node) {
    Map<String, String> labels = node.value().metadata().labels();
    return labels.getOrDefault("topology.kubernetes.io/region", "")
        + "/"
        + labels.getOrDefault("topology.kubernetes.io/zone", "");
  }

  private static List<Cached<Node>> ill(List<Cached<Node>> zone) {
    return zone.stream().filter(n -> Taints.byReadiness(n.value()).isPresent()).toList();
  }

  private static Disruption disruption(List<Cached<Node>> zone) {
    return disruption(ill(zone).size(), zone.size());
  }

  static Disruption disruption(int ill, int all) {
    if (ill > 0 && ill == all) {
      return Disruption.FULL;
    }
    return ill > 2 && ill * 100L >= (long) all * TOO_MANY_PERCENT
        ? Disruption.PARTIAL
        : Disruption.NONE;
  }

  private static Decision<Action> spare(List<Cached<Node>> zone, Now now) {
    String at = Rfc3339.text(now.wall());
    return Decision.of(
        zone.stream()
            .flatMap(n -> change(n, Taints.withNoExecute(n.value(), Optional.empty(), at)).stream())
            .toList());
  }

  private static Decision<Action> inZone(List<Cached<Node>> zone, Now now) {
    String at = Rfc3339.text(now.wall());
    List<Action> actions = new ArrayList<>();
    List<Cached<Node>> waiting = new ArrayList<>();
    for (Cached<Node> node : ill(zone)) {
      if (newest(node.value()).isPresent()) {
        // Marked already; from not-ready to unreachable and back costs no further eviction.
        Optional<String> key = Taints.byReadiness(node.value());
        actions.addAll(change(node, Taints.withNoExecute(node.value(), key, at)));
      } else {
        waiting.add(node);
      }
    }
    boolean partial = disruption(zone) == Disruption.PARTIAL;
    if (waiting.isEmpty() || (partial && zone.size() <= LARGE)) {
      return Decision.of(actions);
    }
    Duration pace = partial ? SLOW_PACE : PACE;
    Duration left = untilNext(zone, pace, now);
    if (left.isPositive()) {
      return Decision.of(actions).andCheckAgain(left);
    }
    waiting.sort(Comparator.comparing(Cached::key));
    Cached<Node> next = waiting.getFirst();
    Optional<String> key = Taints.byReadiness(next.value());
    actions.addAll(change(next, Taints.withNoExecute(next.value(), key, at)));
    return Decision.of(actions).andCheckAgain(pace);
  }

  private static Duration untilNext(List<Cached<Node>> zone, Duration pace, Now now) {
    return zone.stream()
        .flatMap(node -> newest(node.value()).stream())
        .max(Instant::compareTo)
        .map(last -> Duration.between(now.wall(), last.plus(pace)))
        .map(left -> left.compareTo(pace) > 0 ? pace : left)
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

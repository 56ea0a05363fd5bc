package dev.ballast.control.plan;

import dev.ballast.core.placement.PodIdentity;
import dev.ballast.core.placement.PodRules;
import dev.ballast.core.placement.PodSelector;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.PodTerm;
import dev.ballast.core.placement.SpreadRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How pods stand to each other: for every rule that any pod has about other pods, the pods it means
 * and the pods that have it, counted per topology domain. A pod that comes or goes changes a few
 * counts; nothing is ever counted anew, except for a rule that nobody had before. Shapes are told
 * apart by identity: the snapshot has one of each.
 *
 * <p>Belongs to a {@link ClusterSnapshot}, on that one's thread. {@link #reserve} shows pods that
 * are about to be placed; who reserves takes it back before the snapshot changes.
 */
public final class Relations {

  /** What is counted. */
  private sealed interface Sort {
    /** Pods that all these selectors mean; {@code staying}: and that are not being deleted. */
    record Meant(List<PodSelector> selectors, boolean staying) implements Sort {}

    /** Pods that must not be near such pods. */
    record Shy(PodTerm term) implements Sort {}

    /** Pods that rather are, or are not, near such pods. */
    record Inclined(PodTerm.Weighted term) implements Sort {}
  }

  private record Key(Sort sort, String topology, SpreadRule.Domains nodes) {}

  private record Counter(Sort sort, DomainCount count) {

    /** Of several selectors that all must fit, any may be the one that does. */
    boolean readsNamespaces() {
      return sort instanceof Sort.Meant meant
          ? meant.selectors().stream().anyMatch(one -> one.namespaceSelector() != null)
          : selector().namespaceSelector() != null;
    }

    PodSelector selector() {
      return switch (sort) {
        case Sort.Meant meant -> meant.selectors().getFirst();
        case Sort.Shy shy -> shy.term().selector();
        case Sort.Inclined inclined -> inclined.term().term().selector();
      };
    }
  }

  /** All pods of one shape. */
  private static final class Kin {
    private final PodShape shape;
    private final List<DomainCount> counted = new ArrayList<>();
    private final List<DomainCount> countedWhileStaying = new ArrayList<>();
    private final List<DomainCount> countedIn = new ArrayList<>();
    private final Bonds bonds = new Bonds(countedIn);
    private int placed;

    Kin(PodShape shape) {
      this.shape = shape;
    }

    void countIn(Counter counter) {
      boolean staying = counter.sort() instanceof Sort.Meant meant && meant.staying();
      (staying ? countedWhileStaying : counted).add(counter.count());
      countedIn.add(counter.count());
    }
  }

  private final Supplier<Collection<NodeState>> nodes;
  private final Supplier<Collection<PodShape>> shapes;
  private final Map<String, Map<String, String>> namespaces = new HashMap<>();
  private final Map<String, Topology> topologies = new LinkedHashMap<>();
  private final Map<PodShape, Kin> kin = new IdentityHashMap<>();
  private final Map<Key, Counter> counters = new HashMap<>();
  private final LabelBuckets<Kin> kinByLabel = new LabelBuckets<>();
  private final LabelBuckets<Counter> countersByLabel = new LabelBuckets<>();
  private int epoch;

  /**
   * @param shapes all that any pod has
   */
  Relations(Supplier<Collection<NodeState>> nodes, Supplier<Collection<PodShape>> shapes) {
    this.nodes = nodes;
    this.shapes = shapes;
  }

  /** What ties pods of the shape to others; the same object until the {@link #epoch} changes. */
  public Bonds bonds(PodShape shape) {
    return kin(shape).bonds;
  }

  /** The topologies that rules speak of. */
  public Collection<Topology> topologies() {
    return Collections.unmodifiableCollection(topologies.values());
  }

  /** Changes when all that was given out before is void, which is seldom. */
  public int epoch() {
    return epoch;
  }

  /** Shows so many more pods of the shape on the node, without settling them there. */
  public void reserve(PodShape shape, NodeState node, int amount) {
    for (DomainCount count : kin(shape).countedIn) {
      count.reserve(node, amount);
    }
  }

  /** Shows a pod that is bound there as gone (-1) or, again, as there (1). */
  public void reserve(PodView pod, NodeState node, int amount) {
    Kin its = kin(pod.shape());
    its.counted.forEach(count -> count.reserve(node, amount));
    if (!pod.deleting()) {
      its.countedWhileStaying.forEach(count -> count.reserve(node, amount));
    }
  }

  /** Before the node lists it among its occupants. */
  void arrive(PodView pod, NodeState node) {
    change(pod, node, 1);
  }

  void leave(PodView pod, NodeState node) {
    change(pod, node, -1);
  }

  private void change(PodView pod, NodeState node, int amount) {
    Kin its = kin(pod.shape());
    its.placed += amount;
    its.counted.forEach(count -> count.settle(node, amount));
    if (!pod.deleting()) {
      its.countedWhileStaying.forEach(count -> count.settle(node, amount));
    }
  }

  /** Changes the node by {@code change}, and the counts with it. */
  void nodeChanges(NodeState node, Runnable change) {
    List<PodView> pods = List.copyOf(node.occupants());
    pods.forEach(pod -> leave(pod, node));
    counters.values().forEach(counter -> counter.count().leave(node));
    change.run();
    topologies.values().forEach(topology -> topology.place(node));
    counters.values().forEach(counter -> counter.count().join(node));
    pods.forEach(pod -> arrive(pod, node));
  }

  Set<String> namespaces() {
    return Collections.unmodifiableSet(namespaces.keySet());
  }

  void namespaceChanged(String name, Map<String, String> labels) {
    Map<String, String> before = namespaces.put(name, labels);
    if (!labels.equals(before == null ? Map.of() : before)) {
      rebuildIfSelected();
    }
  }

  void namespaceRemoved(String name) {
    Map<String, String> before = namespaces.remove(name);
    if (before != null && !before.isEmpty()) {
      rebuildIfSelected();
    }
  }

  private void rebuildIfSelected() {
    if (counters.values().stream().anyMatch(Counter::readsNamespaces)) {
      rebuild();
    }
  }

  /** Forgets shapes and rules that no pod has any more, by starting over. */
  void rebuild() {
    epoch++;
    kin.clear();
    counters.clear();
    kinByLabel.clear();
    countersByLabel.clear();
    topologies.clear();
    // First the rules, then the pods, so that no new rule counts a pod before it comes.
    shapes.get().forEach(this::enroll);
    nodes.get().forEach(node -> node.occupants().forEach(pod -> arrive(pod, node)));
  }

  private Kin kin(PodShape shape) {
    Kin known = kin.get(shape);
    if (known == null) {
      throw new IllegalStateException("a shape that the snapshot does not have: " + shape);
    }
    return known;
  }

  /** A shape that is new: its rules count from now on. Never while anything is reserved. */
  void enroll(PodShape shape) {
    Kin its = new Kin(shape);
    kin.put(shape, its);
    kinByLabel.add(shape.identity(), its);
    countersByLabel.forEach(shape.identity(), counter -> relate(counter, its));
    PodRules rules = shape.company();
    List<PodSelector> near = rules.required().stream().map(PodTerm::selector).toList();
    boolean self = near.stream().allMatch(selector -> means(selector, shape.identity()));
    for (PodTerm term : rules.required()) {
      its.bonds.require(counter(new Sort.Meant(near, false), term.topologyKey(), null), self);
    }
    for (PodTerm term : rules.forbidden()) {
      its.bonds.forbid(counter(meant(term.selector()), term.topologyKey(), null));
      hold(its, new Sort.Shy(term), term.topologyKey());
    }
    for (SpreadRule rule : rules.spread()) {
      Sort sort = new Sort.Meant(List.of(rule.selector()), true);
      its.bonds.spread(
          counter(sort, rule.topologyKey(), rule.domains()),
          rule.maxSkew(),
          rule.minDomains(),
          means(rule.selector(), shape.identity()));
    }
    for (PodTerm.Weighted one : rules.preferred()) {
      String topology = one.term().topologyKey();
      DomainCount such = counter(meant(one.term().selector()), topology, null);
      its.bonds.like(such, one.weight(), one.keyed(), one.keyed());
      hold(its, new Sort.Inclined(one), topology);
    }
  }

  private static Sort meant(PodSelector selector) {
    return new Sort.Meant(List.of(selector), false);
  }

  /** Counts the kin among those that have the rule. */
  private void hold(Kin its, Sort sort, String topology) {
    counter(sort, topology, null);
    its.countIn(counters.get(new Key(sort, topology, null)));
  }

  private DomainCount counter(Sort sort, String topologyKey, SpreadRule.Domains included) {
    Key key = new Key(sort, topologyKey, included);
    Counter known = counters.get(key);
    if (known != null) {
      return known.count();
    }
    Counter counter = new Counter(sort, new DomainCount(topology(topologyKey), included));
    counters.put(key, counter);
    nodes.get().forEach(counter.count()::join);
    countersByLabel.add(counter.selector(), counter);
    boolean[] inhabited = new boolean[1];
    kinByLabel.forEach(
        counter.selector(),
        its -> {
          relate(counter, its);
          inhabited[0] |= its.placed > 0;
        });
    if (inhabited[0] && sort instanceof Sort.Meant meant) {
      count(counter.count(), meant);
    }
    return counter.count();
  }

  /** The kin is among those that the counter counts, or among those that its rule speaks of. */
  private void relate(Counter counter, Kin its) {
    PodIdentity identity = its.shape.identity();
    switch (counter.sort()) {
      case Sort.Meant meant -> {
        if (isMeant(meant, identity)) {
          its.countIn(counter);
        }
      }
      case Sort.Shy shy -> {
        if (means(shy.term().selector(), identity)) {
          its.bonds.guard(counter.count());
        }
      }
      case Sort.Inclined inclined -> {
        if (means(inclined.term().term().selector(), identity)) {
          its.bonds.like(counter.count(), inclined.term().weight(), inclined.term().keyed(), false);
        }
      }
    }
  }

  /** A rule that is new finds pods that were there before. */
  private void count(DomainCount count, Sort.Meant meant) {
    for (NodeState node : nodes.get()) {
      for (PodView pod : node.occupants()) {
        if (!(meant.staying() && pod.deleting()) && isMeant(meant, pod.shape().identity())) {
          count.settle(node, 1);
        }
      }
    }
  }

  private boolean isMeant(Sort.Meant meant, PodIdentity identity) {
    for (PodSelector selector : meant.selectors()) {
      if (!means(selector, identity)) {
        return false;
      }
    }
    return true;
  }

  private boolean means(PodSelector selector, PodIdentity identity) {
    return selector.matches(identity, name -> namespaces.getOrDefault(name, Map.of()));
  }

  private Topology topology(String key) {
    Topology known = topologies.get(key);
    if (known == null) {
      known = new Topology(key);
      topologies.put(key, known);
      nodes.get().forEach(known::place);
    }
    return known;
  }
}

package dev.ballast.control.plan;

import dev.ballast.control.volume.StorageViews.Claim;
import dev.ballast.control.volume.StorageViews.Volume;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.PodSpec.NodeRequirement;
import dev.ballast.core.model.PodSpec.NodeSelectorTerm;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.selector.LabelSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which volumes a claim that has none may take on a node: claims that ask alike share one list, and
 * volumes of one node's disk are looked for under that node's name, so that a thousand nodes with a
 * disk each cost a look-up each. As of one moment; one thread.
 */
final class FreeVolumes {

  private static final String HOST = "kubernetes.io/hostname";

  private record Wish(
      String className,
      String volumeMode,
      List<String> accessModes,
      LabelSelector selector,
      Quantity size) {
    static Wish of(Claim claim) {
      return new Wish(
          claim.spec().className(),
          claim.spec().volumeMode(),
          claim.spec().accessModes(),
          claim.spec().selector(),
          claim.spec().size());
    }
  }

  private record One(String name, Volume volume, Quantity size) {
    private static final Comparator<One> SMALLEST_FIRST =
        Comparator.comparing(One::size).thenComparing(One::name);

    static One of(Volume volume) {
      return new One(volume.metadata().name(), volume, volume.size());
    }
  }

  /** The smallest first. */
  private record Offer(List<One> anywhere, Map<String, List<One>> byHost) {}

  private final List<One> nobodys = new ArrayList<>();
  private final Map<String, List<One>> kept = new HashMap<>();
  private final Map<Wish, Offer> offers = new HashMap<>();

  FreeVolumes(Collection<Volume> volumes) {
    for (Volume volume : volumes) {
      if (volume.spec().claimRef() == null) {
        nobodys.add(One.of(volume));
      } else {
        String holder =
            volume.spec().claimRef().namespace() + "/" + volume.spec().claimRef().name();
        kept.computeIfAbsent(holder, h -> new ArrayList<>()).add(One.of(volume));
      }
    }
    nobodys.sort(One.SMALLEST_FIRST);
  }

  /** The name of the smallest that serves the claim there and is not taken. */
  Optional<String> smallest(Claim claim, Node node, Predicate<String> taken) {
    Offer offer = offers.computeIfAbsent(Wish.of(claim), wish -> offer(claim));
    String host = node.metadata().labels().getOrDefault(HOST, "");
    String holder = claim.metadata().namespace() + "/" + claim.metadata().name();
    return Stream.of(
            first(offer.anywhere(), node, taken),
            first(offer.byHost().getOrDefault(host, List.of()), node, taken),
            first(
                kept.getOrDefault(holder, List.of()).stream()
                    .filter(one -> one.volume().serves(claim))
                    .sorted(One.SMALLEST_FIRST)
                    .toList(),
                node,
                taken))
        .flatMap(Optional::stream)
        .min(One.SMALLEST_FIRST)
        .map(One::name);
  }

  private static Optional<One> first(List<One> from, Node node, Predicate<String> taken) {
    return from.stream()
        .filter(one -> !taken.test(one.name()) && one.volume().reachableFrom(node))
        .findFirst();
  }

  private Offer offer(Claim claim) {
    Offer offer = new Offer(new ArrayList<>(), new HashMap<>());
    for (One one : nobodys) {
      if (one.volume().serves(claim)) {
        hosts(one.volume())
            .ifPresentOrElse(
                hosts ->
                    hosts.forEach(
                        host ->
                            offer.byHost().computeIfAbsent(host, h -> new ArrayList<>()).add(one)),
                () -> offer.anywhere().add(one));
      }
    }
    return offer;
  }

  /** Outside of which it cannot be reached; empty when it names none. */
  private static Optional<List<String>> hosts(Volume volume) {
    if (volume.spec().nodeAffinity() == null || volume.spec().nodeAffinity().required() == null) {
      return Optional.empty();
    }
    List<String> hosts = new ArrayList<>();
    for (NodeSelectorTerm term : volume.spec().nodeAffinity().required().nodeSelectorTerms()) {
      Optional<NodeRequirement> names =
          term.matchExpressions().stream()
              .filter(one -> one.key().equals(HOST) && one.operator().equals("In"))
              .findFirst();
      if (names.isEmpty()) {
        return Optional.empty();
      }
      hosts.addAll(names.get().values());
    }
    return Optional.of(hosts.stream().distinct().toList());
  }
}

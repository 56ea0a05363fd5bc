package dev.ballast.control.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Rolling updates in numbers: whatever pods do, the limits hold, and the end is reached. */
final class RollingStepProperties {

  /** A set as it really is: some of its pods serve. */
  private static final class Pods {
    int wanted;
    int serving;

    /** Pods beyond the wanted go, those that do not serve first; missing ones come, unready. */
    void settle() {
      serving = Math.min(serving, wanted);
    }

    SetSize size() {
      return new SetSize(wanted, serving);
    }
  }

  @Property(tries = 500)
  void limitsHoldWhateverPodsDo(
      @ForAll @IntRange(min = 1, max = 20) int replicas,
      @ForAll @IntRange(max = 10) int surge,
      @ForAll @IntRange(max = 10) int unavailable,
      @ForAll long seed) {
    Limits limits =
        new Limits(
            replicas, surge, Math.min(replicas, surge == 0 && unavailable == 0 ? 1 : unavailable));
    Random random = new Random(seed);
    Pods current = new Pods();
    List<Pods> old = List.of(new Pods(), new Pods());
    old.getFirst().wanted = replicas;
    old.getFirst().serving = replicas;
    int rounds = 0;
    while (current.wanted < replicas || current.serving < replicas || total(old) > 0) {
      assertTrue(rounds++ < 2000, () -> "stuck: " + current.size() + " " + sizes(old));
      int before = serving(current, old);
      step(limits, current, old);
      assertTrue(total(old) + current.wanted <= limits.maxTotal(), "more than the surge");
      int after = serving(current, old);
      assertTrue(
          after >= limits.minAvailable() || after >= before,
          () -> "took away availability: " + before + " to " + after + " of " + limits);
      live(random, current, rounds < 1000);
      old.forEach(set -> live(random, set, rounds(random)));
    }
    assertEquals(replicas, current.wanted);
  }

  private static boolean rounds(Random random) {
    return random.nextInt(4) == 0;
  }

  /** Pods become ready; now and then one fails. */
  private static void live(Random random, Pods set, boolean mayFail) {
    set.serving = Math.min(set.wanted, set.serving + random.nextInt(3));
    if (mayFail && set.serving > 0 && random.nextInt(5) == 0) {
      set.serving--;
    }
  }

  private static void step(Limits limits, Pods current, List<Pods> old) {
    int size = RollingStep.newSize(limits, current.wanted, total(old) + current.wanted);
    if (size != current.wanted) {
      current.wanted = size;
    } else {
      List<Integer> sizes = RollingStep.oldSizes(limits, current.size(), sizes(old));
      for (int i = 0; i < old.size(); i++) {
        assertTrue(sizes.get(i) <= old.get(i).wanted, "an old set grew");
        old.get(i).wanted = sizes.get(i);
      }
    }
    current.settle();
    old.forEach(Pods::settle);
  }

  private static List<SetSize> sizes(List<Pods> sets) {
    List<SetSize> sizes = new ArrayList<>();
    sets.forEach(set -> sizes.add(set.size()));
    return sizes;
  }

  private static int total(List<Pods> sets) {
    return sets.stream().mapToInt(set -> set.wanted).sum();
  }

  private static int serving(Pods current, List<Pods> old) {
    return current.serving + old.stream().mapToInt(set -> set.serving).sum();
  }

  @Property(tries = 300)
  void resizingSharesTheChangeOut(
      @ForAll @IntRange(max = 30) int replicas,
      @ForAll @IntRange(max = 5) int surge,
      @ForAll @IntRange(min = 1, max = 30) int first,
      @ForAll @IntRange(min = 1, max = 30) int second) {
    Limits limits = new Limits(replicas, surge, 0);
    int before = first + second;
    List<Integer> sizes =
        Proportional.sizes(
            limits,
            List.of(
                new Proportional.Share(Math.max(first, second), before),
                new Proportional.Share(Math.min(first, second), before)));
    int allowed = replicas == 0 ? 0 : limits.maxTotal();
    assertEquals(allowed, sizes.stream().mapToInt(Integer::intValue).sum());
    sizes.forEach(size -> assertTrue(size >= 0));
  }
}

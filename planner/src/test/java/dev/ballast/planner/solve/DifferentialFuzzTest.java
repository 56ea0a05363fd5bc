package dev.ballast.planner.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.optaplanner.core.config.solver.EnvironmentMode;

/**
 * Plans for random clusters against the independent checker: no illegal placement, and no pod left
 * that the checker can place. Every second cluster is large.
 *
 * <p>{@code -Dballast.fuzz.clusters=100000} for the long run, {@code -Dballast.fuzz.seed=N} to
 * begin elsewhere, {@code -Dballast.fuzz.seconds=S} to end early.
 */
class DifferentialFuzzTest {

  /**
   * One snapshot and solver live through so many clusters: what one leaves must not hurt the next.
   */
  private static final int LIVES = 50;

  /**
   * 4304: of several required terms only the second selects namespaces, and one changes its labels.
   * 7419: beside GPUs, the first rule that keeps a pod from others comes after the pod was judged.
   */
  @ParameterizedTest
  @ValueSource(longs = {4304, 7419})
  void whatTheLongRunFoundStaysMended(long seed) {
    SolvedCluster cluster = new SolvedCluster(EnvironmentMode.REPRODUCIBLE);
    assertEquals(Optional.empty(), new FuzzedCluster(cluster, seed, seed % 2 == 1).live());
  }

  @Test
  void plansAreLegalAndLeaveNoPodThatFits() {
    long first = Long.getLong("ballast.fuzz.seed", 1);
    long clusters = Long.getLong("ballast.fuzz.clusters", 300);
    long end = System.nanoTime() + Long.getLong("ballast.fuzz.seconds", 3600) * 1_000_000_000L;
    long pods = 0;
    long lived = 0;
    SolvedCluster used = null;
    for (; lived < clusters && System.nanoTime() < end; lived++) {
      if (lived % LIVES == 0) {
        used = new SolvedCluster(EnvironmentMode.REPRODUCIBLE);
      }
      used.clear();
      FuzzedCluster cluster = new FuzzedCluster(used, first + lived, lived % 2 == 0);
      Optional<String> wrong = cluster.live();
      if (wrong.isPresent()) {
        fail("life " + lived % LIVES + " of its solver, " + wrong.get());
      }
      pods += cluster.planned();
    }
    System.out.println(
        "fuzzed " + lived + " clusters from seed " + first + ", " + pods + " pods planned");
  }
}

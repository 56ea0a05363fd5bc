package dev.ballast.planner.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.optaplanner.core.config.solver.EnvironmentMode;

/**
 * Each planted bug is caught by the differential fuzz within a few clusters, in which a planner
 * without bugs gets by.
 */
class PlantedBugsTest {

  private static final int CLUSTERS = 250;
  private static final int SOUND = 40;

  @ParameterizedTest
  @EnumSource(PlannerBug.class)
  void theFuzzCatchesTheBug(PlannerBug bug) {
    SolvedCluster cluster = new SolvedCluster(EnvironmentMode.REPRODUCIBLE, bug);
    for (int seed = 1; seed <= CLUSTERS; seed++) {
      Optional<String> wrong = life(cluster, seed);
      if (wrong.isPresent()) {
        System.out.println(
            "planted " + bug + ": seed " + seed + ", " + wrong.get().lines().findFirst().get());
        return;
      }
    }
    fail(bug + " went unnoticed in " + CLUSTERS + " clusters");
  }

  @Test
  void withoutABugNothingIsCaught() {
    SolvedCluster cluster = new SolvedCluster(EnvironmentMode.REPRODUCIBLE);
    for (int seed = 1; seed <= SOUND; seed++) {
      assertEquals(Optional.empty(), life(cluster, seed));
    }
  }

  private static Optional<String> life(SolvedCluster cluster, int seed) {
    cluster.clear();
    return new FuzzedCluster(cluster, seed, seed % 3 == 0).live();
  }
}

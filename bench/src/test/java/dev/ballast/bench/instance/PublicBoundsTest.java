package dev.ballast.bench.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.planner.model.Bounds;
import dev.ballast.planner.model.Objective;
import dev.ballast.planner.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lower bounds on instances that others have measured, too. */
class PublicBoundsTest {

  /** A plan of 366 nodes exists. */
  @Test
  void halfAClusterOfPodsNeeds348Nodes(@TempDir Path folder) throws IOException {
    PackingInstance.write(folder, 1000, 3, 0.5);
    Problem problem = Packing.read(folder, Objective.NODES).problem();
    assertEquals(5050, problem.processes().count(), "the instance is the public one");
    int bound = Bounds.machines(problem);
    assertTrue(bound >= 348 && bound <= 366, "bound " + bound);
  }

  /** The peer's placement costs 6,090.34; every minute by itself could do with 4,899.31. */
  @Test
  void tianchiIsBoundBetweenTheLooseBoundAndAPlan() {
    String data = System.getenv("BALLAST_DATA");
    Path folder = data == null ? null : Path.of(data, "tianchi", "preliminary_b");
    if (folder == null || !Files.isDirectory(folder)) {
      System.out.println("BALLAST_DATA has no tianchi/preliminary_b: its bound is not checked");
      Assumptions.abort("needs BALLAST_DATA");
    }
    Tianchi read = Tianchi.read(folder);
    double bound = Bounds.curvePrices(read.problem()) / (double) read.unit();
    assertTrue(bound >= 4_899.31 && bound <= 6_090.34, "bound " + bound);
  }
}

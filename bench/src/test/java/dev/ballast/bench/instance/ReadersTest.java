package dev.ballast.bench.instance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.planner.model.Bounds;
import dev.ballast.planner.model.Objective;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class ReadersTest {

  /** Two machines, a transient and a lasting resource, two services, three processes. */
  private static final String MODEL =
      """
      2
      1 10 0 20
      2
      0 0 10 10 5 5 0 3
      0 1 10 10 5 5 3 0
      2
      1 0
      1 1 0
      3
      0 4 4 7
      0 3 2 7
      1 1 1 7
      1
      0 1 2
      100
      1 10 100
      """;

  @TempDir Path folder;

  @Test
  void aPackingIsReadPlainAndPacked() throws IOException {
    Files.writeString(folder.resolve("nodes.csv"), "name,cpu_m,mem_mi\nn1,4000,8192\nn2,2000,4\n");
    try (OutputStream out =
        new XZOutputStream(
            Files.newOutputStream(folder.resolve("pods.csv.xz")), new LZMA2Options())) {
      out.write("name,cpu_m,mem_mi\np1,100,64\n".getBytes());
    }
    Packing packing = Packing.read(folder, Objective.NODES);
    assertEquals("[n1, n2][p1]", packing.nodes().toString() + packing.pods());
    assertArrayEquals(new long[] {4000, 8192, 2000, 4}, packing.problem().machines().capacity());
    assertEquals(1, Bounds.machines(packing.problem()));
  }

  @Test
  void aMalformedFileIsNamedWithItsLine() throws IOException {
    Files.writeString(folder.resolve("nodes.csv"), "name,cpu_m,mem_mi\nn1,4000,8192\n");
    Path pods = folder.resolve("pods.csv");
    Files.writeString(pods, "name,cpu_m,mem_mi\np1,100,64\n\np2,x,64\n");
    assertTold(
        pods
            + ", line 4: expected millicores as a whole number from 0 to 1000000000000, not \"x\"");
    Files.writeString(pods, "name,cpu_m,mem_mi\np1,1,9223372036854775807\n");
    assertTold(
        pods
            + ", line 2: expected MiB of memory as a whole number from 0 to 1000000000000, not"
            + " \"9223372036854775807\"");
    Files.writeString(pods, "name,cpu_m,mem_mi\np1,100\n");
    assertTold(pods + ", line 2: expected 3 values: name,cpu_m,mem_mi; there are 2");
    Files.writeString(pods, "name,cpu_m,mem_mi\np1,1,1\np1,1,1\n");
    assertTold(pods + ", line 3: expected each name once, but p1 was there before");
    Files.writeString(pods, "p1,1,1\n");
    assertTold(pods + ", line 1: expected the header name,cpu_m,mem_mi");
    Files.writeString(pods, "");
    assertTold(pods + ", line 1: expected the header name,cpu_m,mem_mi");
    Files.writeString(pods, "name,cpu_m,mem_mi\n\n");
    assertTold(pods + ", line 2: expected at least one row: name,cpu_m,mem_mi");
  }

  private void assertTold(String message) {
    MalformedInstance told =
        assertThrows(MalformedInstance.class, () -> Packing.read(folder, Objective.PODS));
    assertEquals(message, told.getMessage());
  }

  @Test
  void whatIsNotThereOrCannotBeUnpackedIsSaid() throws IOException {
    Files.writeString(folder.resolve("nodes.csv"), "name,cpu_m,mem_mi\nn1,4000,8192\n");
    assertTold(
        folder.resolve("pods.csv.xz")
            + ", line 0: expected a file there, plain or with .xz behind its name");
    Files.writeString(folder.resolve("pods.csv.xz"), "name,cpu_m,mem_mi\np1,100,64\n");
    MalformedInstance told =
        assertThrows(MalformedInstance.class, () -> Packing.read(folder, Objective.PODS));
    assertTrue(
        told.getMessage().startsWith(folder.resolve("pods.csv.xz") + ", line 1: expected readable"),
        told.getMessage());
    Path model = folder.resolve("model");
    try (OutputStream out =
        new XZOutputStream(Files.newOutputStream(folder.resolve("model.xz")), new LZMA2Options())) {
      out.write(MODEL.getBytes());
    }
    Path initial = Files.writeString(folder.resolve("initial"), "0 1 1\n");
    assertEquals(2, Roadef.read(model, initial).machines().count(), "packed, under its own name");
  }

  @Test
  void aReassignmentIsReadAndCounted() throws IOException {
    Path model = Files.writeString(folder.resolve("model"), MODEL);
    Path initial = Files.writeString(folder.resolve("initial"), "0 1 1\n");
    Problem problem = Roadef.read(model, initial);
    // Balance: free 6,6 and 6,7 where twice the first is wanted of the second: 6 and 5 short.
    assertEquals(new Verdict(0, 0, 1100, 2), Verdict.of(problem, problem.start()));
    // Moved: process 2 (7) from machine 1 to 0 (300), one of its service (10); free 5,5 and 7,8.
    assertEquals(
        new Verdict(0, 0, 500 + 600 + 7 + 300 + 10, 2), Verdict.of(problem, new int[] {0, 1, 0}));
    // Service 0 twice on machine 0, one location of two; what is transient is held on both.
    assertEquals(1, Verdict.of(problem, new int[] {0, 0, 0}).broken());
  }

  @Test
  void aReassignmentThatEndsEarlySaysWhatIsMissing() throws IOException {
    Path model = Files.writeString(folder.resolve("model"), MODEL.substring(0, 60));
    Path initial = Files.writeString(folder.resolve("initial"), "0 1 1\n");
    MalformedInstance told =
        assertThrows(MalformedInstance.class, () -> Roadef.read(model, initial));
    assertTrue(told.getMessage().startsWith(model + ", line "), told.getMessage());
    assertTrue(told.getMessage().contains("but the file ends"), told.getMessage());
  }

  /** What would wrap a sum, or take more room than there is, is refused where it stands. */
  @Test
  void absurdSizesAndAmountsAreRefused() throws IOException {
    assertModelRefused(
        MODEL.replace("20\n2\n", "20\n49999999\n"),
        "line 3: expected the number of machines as a whole number from 1 to 10000, not");
    assertModelRefused(
        "49999999\n1 10",
        "line 1: expected the number of resources as a whole number from 1 to 50, not");
    assertModelRefused(
        MODEL.replace("0 1 10 10", "0 1 10 9223372036854775807"),
        "line 5: expected a machine's capacity as a whole number from 0 to 1000000000000, not");
    assertModelRefused(
        MODEL.replace("1 10 100", "1 10 715827883"),
        "line 16: expected the weight of machine moves as a whole number from 0 to 715827882, not");
    assertModelRefused(
        MODEL.replace("0 20", "0 1000000000000").replace("4 4 7", "4 1000000 7"),
        "line 16: expected amounts and weights by which no placement costs more than 1e+17, not");
    assertModelRefused(
        MODEL.replace("0 4 4 7", "0 4 -4 7"),
        "line 10: expected a process's requirement as a whole number from 0 to 1000000000000, not");
  }

  private void assertModelRefused(String text, String expected) throws IOException {
    Path model = Files.writeString(folder.resolve("model"), text);
    Path initial = Files.writeString(folder.resolve("initial"), "0 1 1\n");
    assertRefused(() -> Roadef.read(model, initial), "model, " + expected);
  }

  @Test
  void servicesWithCurvesAreReadAndPriced() throws IOException {
    write("app_resources.csv", "a,1|3,2|2,10,0,0,0\nb,2.5|1,1|1,5,1,0,0\n");
    write("machine_resources.csv", "m1,4,8,100,2,2,2\nm2,8,8,100,2,2,2\n");
    write("instance_deploy.csv", "i1,a,m1\ni2,b,\ni3,a,\n");
    write("app_interference.csv", "a,b,0\na,a,0\n");
    Tianchi read = Tianchi.read(folder);
    Problem problem = read.problem();
    // a beside b; two of a, where one is allowed, which also want CPU 6 of 4 at one point.
    assertEquals(1, Verdict.of(problem, new int[] {0, 0, 1}).broken());
    assertEquals(2, Verdict.of(problem, new int[] {0, 1, 0}).broken());
    Verdict apart = Verdict.of(problem, new int[] {0, 1, 1});
    assertEquals(1, apart.broken());
    // m1 with a alone: 1 + the mean of 0 and 10(e^0.25 - 1); m2 with b alone: 1.
    Verdict two = Verdict.of(problem, new int[] {0, 1, -1});
    assertEquals(2 + 5 * Math.expm1(0.25), two.cost() / (double) read.unit(), 0.01);
    assertTrue(Bounds.curvePrices(problem) <= Verdict.of(problem, new int[] {0, 1, 1}).cost());
  }

  @Test
  void machinesWithoutCpuAndUnknownOnesAreRefused() throws IOException {
    write("app_resources.csv", "a,1|3,2|2,10,0,0,0\n");
    write("instance_deploy.csv", "i1,a,m1\ni2,a,m3\n");
    write("app_interference.csv", "");
    write("machine_resources.csv", "m1,4,8,100,2,2,2\nm2,0,8,100,2,2,2\n");
    assertRefused(
        () -> Tianchi.read(folder),
        "instance_deploy.csv, line 2: expected a machine of machine_resources or none, not \"m3\"");
    write("instance_deploy.csv", "i1,a,m1\n");
    assertRefused(
        () -> Tianchi.read(folder),
        "machine_resources.csv, line 2: expected a machine with CPU, not \"0\"");
    write("machine_resources.csv", "m1,4,8,1e999999999,2,2,2\n");
    assertRefused(
        () -> Tianchi.read(folder),
        "machine_resources.csv, line 1: expected an amount as a number from 0 to 1000000000, not"
            + " \"1e999999999\"");
  }

  @Test
  void gpusAreReadAndAbsurdOnesRefused() throws IOException {
    String nodes = "sn,cpu_milli,memory_mib,gpu,model\n";
    String pods = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos\n";
    write("nodes.csv", nodes + "n0,4000,64,2,A\nn1,4000,64,0,\n");
    write("pods.csv", pods + "p0,100,1,2,1000,,LS\np1,100,1,1,470,A|B,LS\np2,1,1,0,0,,BE\n");
    Openb read = gpus();
    assertEquals(new Openb.Machine("n0", 4000, 64, 2, "A"), read.machines().getFirst());
    assertEquals("[2000, 470, 0]", read.requests().stream().map(Openb.Request::gpu).toList() + "");
    write("pods.csv", pods + "p0,100,1,2,470,,LS\n");
    assertRefused(
        this::gpus,
        "pods.csv, line 2: expected a share of one GPU in whole hundredths, not 2 x 470");
    write("pods.csv", pods + "p0,-4000,1,2,1000,,LS\n");
    assertRefused(
        this::gpus, "pods.csv, line 2: expected millicores as a whole number from 0 to 1000000000");
    write("pods.csv", pods + "p0,100,1,1,1000,,LS\n");
    write("nodes.csv", nodes + "n0,4000,64,1000000000,A\n");
    assertRefused(
        this::gpus, "nodes.csv, line 2: expected GPUs as a whole number from 0 to 128, not");
  }

  private Openb gpus() {
    return Openb.read(folder.resolve("nodes.csv"), folder.resolve("pods.csv"));
  }

  private void assertRefused(Executable reading, String expected) {
    MalformedInstance told = assertThrows(MalformedInstance.class, reading);
    assertTrue(told.getMessage().startsWith(folder + "/" + expected), told.getMessage());
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}

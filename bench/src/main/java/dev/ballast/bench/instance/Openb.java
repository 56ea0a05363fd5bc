package dev.ballast.bench.instance;

import dev.ballast.bench.instance.Source.Form;
import dev.ballast.bench.instance.Source.Row;
import java.nio.file.Path;
import java.util.List;

/** Nodes with GPUs, and pods that ask for whole ones or a share of one: a public trace's form. */
public record Openb(List<Machine> machines, List<Request> requests) {

  private static final Form NODES = new Form("sn,cpu_milli,memory_mib,gpu,model", true, true);
  private static final Form PODS =
      new Form("name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec", true, true);

  /** A thousand million: as bytes, a million times as much memory is below 2^63. */
  private static final long MOST = 1_000_000_000;

  private static final int MOST_GPUS = 128;

  /**
   * @param model empty where there is no GPU
   */
  public record Machine(String name, long cpuMillis, long memoryMib, int gpus, String model) {}

  /**
   * @param gpuMillis of each GPU, in thousandths
   * @param models that will do, between bars; empty for any
   */
  public record Request(
      String name, long cpuMillis, long memoryMib, int gpus, int gpuMillis, String models) {

    /** In thousandths of a GPU. */
    public long gpu() {
      return (long) gpus * gpuMillis;
    }
  }

  public static Openb read(Path nodes, Path pods) {
    List<Row> machines = Source.someRows(nodes, NODES);
    List<Row> requests = Source.someRows(pods, PODS);
    Source.index(machines);
    Source.index(requests);
    return new Openb(
        machines.stream().map(Openb::machine).toList(),
        requests.stream().map(Openb::request).toList());
  }

  private static Machine machine(Row row) {
    int gpus = (int) row.whole(3, MOST_GPUS, "GPUs");
    return new Machine(
        row.text(0),
        row.whole(1, MOST, "millicores"),
        row.whole(2, MOST, "MiB of memory"),
        gpus,
        gpus == 0 ? "" : row.text(4));
  }

  private static Request request(Row row) {
    int gpus = (int) row.whole(3, MOST_GPUS, "GPUs");
    int millis = gpus == 0 ? 0 : (int) row.whole(4, 1_000, "thousandths of a GPU");
    if (millis % 1_000 != 0 && (gpus != 1 || millis % 10 != 0)) {
      throw row.malformed(
          "a share of one GPU in whole hundredths, not " + gpus + " x " + millis + " thousandths");
    }
    return new Request(
        row.text(0),
        row.whole(1, MOST, "millicores"),
        row.whole(2, MOST, "MiB of memory"),
        gpus,
        millis,
        row.text(5));
  }
}

package dev.ballast.bench;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.Settings;
import dev.ballast.stategrid.StateGrid;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How many durable writes a second the store takes through its port: clients that each replace
 * objects of their own, one write after the other, 2 KB each.
 */
final class StoreBench {

  private static final int[] CLIENTS = {1, 64, 256};
  private static final int VALUE_BYTES = 2048;
  private static final int OBJECTS_OF_EACH = 16;
  private static final long HIGHEST_MICROS = 60_000_000;

  @Command(
      name = "store",
      mixinStandardHelpOptions = true,
      description = "Durable writes per second through the store's port.")
  static final class Run implements Callable<Integer> {

    @Option(
        names = "--dir",
        paramLabel = "DIR",
        defaultValue = ".",
        description = "Where to write: a disk, not tmpfs (default: the current directory).")
    Path parent;

    @Option(
        names = "--seconds",
        paramLabel = "S",
        defaultValue = "5",
        description = "Per row (default: ${DEFAULT-VALUE}).")
    int seconds;

    @Override
    public Integer call() throws Exception {
      run(parent, Duration.ofSeconds(seconds), System.out);
      return 0;
    }
  }

  private record Row(int clients, double writesPerSecond, Histogram micros) {}

  private final ResourceStore store;
  private final Duration duration;

  private StoreBench(ResourceStore store, Duration duration) {
    this.store = store;
    this.duration = duration;
  }

  static void run(Path parent, Duration duration, PrintStream out) throws Exception {
    Path directory = Files.createTempDirectory(parent, "store-bench");
    long began = System.nanoTime();
    try (StateGrid grid =
        StateGrid.open(Settings.in(directory), new BenchTimers(), Telemetry.NONE)) {
      double openSeconds = (System.nanoTime() - began) / 1e9;
      StoreBench bench = new StoreBench(grid.store(), duration);
      bench.measure(64, Duration.ofSeconds(2)); // the JIT's turn
      List<Row> rows = new ArrayList<>();
      for (int clients : CLIENTS) {
        rows.add(bench.measure(clients, duration));
      }
      print(rows, openSeconds, out);
    } finally {
      delete(directory);
    }
  }

  private Row measure(int clients, Duration duration) throws InterruptedException {
    Histogram micros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    long began = System.nanoTime();
    for (int client = 0; client < clients; client++) {
      int mine = client;
      threads.add(Thread.startVirtualThread(() -> write(mine, stop, micros)));
    }
    Thread.sleep(duration);
    stop.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    return new Row(clients, micros.getTotalCount() * 1e9 / (System.nanoTime() - began), micros);
  }

  private void write(int client, AtomicBoolean stop, Histogram micros) {
    Document[] documents = new Document[OBJECTS_OF_EACH];
    for (int i = 0; !stop.get(); i++) {
      ObjectKey key =
          new ObjectKey(
              ResourceType.CONFIG_MAPS, "bench", "c" + client + "-" + i % OBJECTS_OF_EACH);
      Document current = documents[i % OBJECTS_OF_EACH];
      if (current == null) {
        current = store.get(key).orElse(null);
      }
      byte[] json = value(key, i);
      Write write =
          current == null
              ? new Write.Create(key, json)
              : new Write.Replace(key, current.revision(), "", json);
      long began = System.nanoTime();
      if (!(store.commit(write) instanceof CommitResult.Committed committed)) {
        throw new IllegalStateException("a write of its own key was refused: " + key);
      }
      micros.recordValue(Math.min(HIGHEST_MICROS, (System.nanoTime() - began) / 1000));
      documents[i % OBJECTS_OF_EACH] = committed.documents().getFirst();
    }
  }

  private static byte[] value(ObjectKey key, int turn) {
    var document = Json.object();
    document.put("apiVersion", "v1").put("kind", "ConfigMap");
    document.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
    document.putObject("data").put("turn", Integer.toString(turn)).put("value", FILLING);
    return Json.storable(document);
  }

  private static final String FILLING = "x".repeat(VALUE_BYTES);

  private static void print(List<Row> rows, double openSeconds, PrintStream out) {
    out.printf("store opened in %.2f s%n", openSeconds);
    out.printf("%8s %12s %10s %10s %10s%n", "clients", "writes/s", "p50 ms", "p95 ms", "p99 ms");
    var json = Json.object();
    json.put("bench", "store").put("valueBytes", VALUE_BYTES).put("openSeconds", openSeconds);
    var array = json.putArray("rows");
    for (Row row : rows) {
      double p50 = row.micros().getValueAtPercentile(50) / 1e3;
      double p95 = row.micros().getValueAtPercentile(95) / 1e3;
      double p99 = row.micros().getValueAtPercentile(99) / 1e3;
      out.printf(
          Locale.ROOT,
          "%8d %12.0f %10.2f %10.2f %10.2f%n",
          row.clients(),
          row.writesPerSecond(),
          p50,
          p95,
          p99);
      array
          .addObject()
          .put("clients", row.clients())
          .put("writesPerSecond", Math.round(row.writesPerSecond()))
          .put("p50Millis", p50)
          .put("p95Millis", p95)
          .put("p99Millis", p99);
    }
    out.println(json);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  /** Real time; the store schedules only its compaction, which a bench does without. */
  private static final class BenchTimers implements Timers {
    @Override
    public Now now() {
      return new Now(Instant.now(), System.nanoTime());
    }

    @Override
    public void execute(Runnable task) {
      Thread.startVirtualThread(task);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
      return () -> {};
    }
  }
}

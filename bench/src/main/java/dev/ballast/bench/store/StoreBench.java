package dev.ballast.bench.store;

import dev.ballast.bench.WholeNumber;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Durable writes a second: clients that each write objects of their own, one after the other.
 * Ballast and etcd take turns at each row, on the same disk.
 */
@Command(
    name = "store",
    mixinStandardHelpOptions = true,
    description = "Durable writes per second, through the store's port and REST, beside etcd.")
public final class StoreBench implements Callable<Integer> {

  private static final int OBJECTS_OF_EACH = 16;
  private static final long HIGHEST_MICROS = 60_000_000;
  private static final int WINDOW_SECONDS = 10;
  private static final int WARM_AFTER = 3;
  private static final double FASTER = 1.03;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where to write: a disk, not tmpfs (default: the current directory).")
  private Path parent;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "Per row (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      converter = WholeNumber.OrNone.class,
      paramLabel = "S",
      defaultValue = "180",
      description =
          "Each before the first row until it gets no faster, at most so long"
              + " (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--clients",
      split = ",",
      defaultValue = "1,64,256",
      description = "Clients at once (default: ${DEFAULT-VALUE}).")
  private List<Integer> clients;

  @Option(
      names = "--bytes",
      split = ",",
      defaultValue = "256,2048",
      description = "Sizes of the objects (default: ${DEFAULT-VALUE}).")
  private List<Integer> sizes;

  @Option(
      names = "--subjects",
      split = ",",
      defaultValue = "port,rest,etcd,port3,rest3,etcd3",
      description = "What to measure (default: ${DEFAULT-VALUE}).")
  private List<String> subjects;

  @Option(
      names = "--etcd",
      paramLabel = "FILE",
      description = "The etcd to run beside ours; ./ballast bench store fetches Debian's.")
  private Path etcd;

  private record Row(
      String subject,
      int members,
      int bytes,
      int clients,
      double writesPerSecond,
      Histogram micros) {

    double millis(double percentile) {
      return micros.getValueAtPercentile(percentile) / 1e3;
    }
  }

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory(parent.toAbsolutePath(), "store-bench");
    List<Subject> opened = new ArrayList<>();
    try {
      for (String subject : subjects) {
        opened.add(open(subject, Files.createDirectories(directory.resolve(subject))));
      }
      List<Row> rows = new ArrayList<>();
      for (Subject subject : opened) {
        warmUp(subject);
      }
      for (int bytes : sizes) {
        for (int count : clients) {
          for (Subject subject : opened) {
            rows.add(measure(subject, bytes, count, Duration.ofSeconds(seconds)));
          }
        }
      }
      print(rows, System.out);
      return 0;
    } finally {
      for (Subject subject : opened) {
        subject.close();
      }
      delete(directory);
    }
  }

  /**
   * The compiler's turn. Three servers on two processors compile themselves for more than a minute,
   * in which what they do for others is a fraction of what they do later.
   */
  private void warmUp(Subject subject) throws Exception {
    double best = 0;
    int rounds = 0;
    for (int slower = 0; slower < WARM_AFTER && rounds * WINDOW_SECONDS < warmUp; rounds++) {
      int window = Math.min(WINDOW_SECONDS, warmUp - rounds * WINDOW_SECONDS);
      double rate = measure(subject, 2048, 64, Duration.ofSeconds(window)).writesPerSecond();
      slower = rate > best * FASTER ? 0 : slower + 1;
      best = Math.max(best, rate);
    }
    System.err.printf(
        Locale.ROOT,
        "%s, %d members: warm after %d s, %.0f writes/s at best%n",
        subject.name(),
        subject.members(),
        Math.min(warmUp, rounds * WINDOW_SECONDS),
        best);
  }

  private Subject open(String name, Path directory) throws Exception {
    return switch (name) {
      case "port" -> new PortSubject(directory, 1);
      case "port3" -> new PortSubject(directory, 3);
      case "rest" -> new RestSubject(directory, 1);
      case "rest3" -> new RestSubject(directory, 3);
      case "etcd" -> new EtcdSubject(requireEtcd(), directory, 1);
      case "etcd3" -> new EtcdSubject(requireEtcd(), directory, 3);
      default -> throw new IllegalArgumentException("no subject " + name);
    };
  }

  private Path requireEtcd() {
    if (etcd == null || !Files.isExecutable(etcd)) {
      throw new IllegalArgumentException(
          "no etcd at " + etcd + ": give --etcd FILE, or --subjects port,rest");
    }
    return etcd;
  }

  private static Row measure(Subject subject, int bytes, int clients, Duration duration)
      throws Exception {
    Histogram micros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<Exception> failure = new AtomicReference<>();
    List<Subject.Client> all = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try {
      for (int number = 0; number < clients; number++) {
        all.add(subject.client(number));
      }
      long began = System.nanoTime();
      for (int number = 0; number < clients; number++) {
        int mine = number;
        byte[] filling = Documents.filling(bytes, mine);
        threads.add(
            Thread.startVirtualThread(
                () -> {
                  try {
                    write(all.get(mine), mine, filling, stop, micros);
                  } catch (Exception e) {
                    failure.compareAndSet(null, e);
                  }
                }));
      }
      Thread.sleep(duration);
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      if (failure.get() != null) {
        throw failure.get();
      }
      double writesPerSecond = micros.getTotalCount() * 1e9 / (System.nanoTime() - began);
      return new Row(subject.name(), subject.members(), bytes, clients, writesPerSecond, micros);
    } finally {
      for (Subject.Client client : all) {
        client.close();
      }
    }
  }

  private static void write(
      Subject.Client client, int number, byte[] filling, AtomicBoolean stop, Histogram micros)
      throws Exception {
    for (int i = 0; !stop.get(); i++) {
      String name = "c" + number + "-" + i % OBJECTS_OF_EACH;
      long began = System.nanoTime();
      client.write(name, filling);
      micros.recordValue(Math.min(HIGHEST_MICROS, (System.nanoTime() - began) / 1000));
    }
  }

  private static void print(List<Row> rows, PrintStream out) {
    out.printf(
        "%-13s %7s %6s %8s %10s %9s %9s %8s%n",
        "store", "members", "bytes", "clients", "writes/s", "p50 ms", "p99 ms", "x etcd");
    var json = Json.object().put("bench", "store");
    var array = json.putArray("rows");
    for (Row row : rows) {
      Optional<Row> peer = peer(row, rows);
      String ratio =
          peer.map(etcd -> "%.2f".formatted(row.writesPerSecond() / etcd.writesPerSecond()))
              .orElse("");
      out.printf(
          Locale.ROOT,
          "%-13s %7d %6d %8d %10.0f %9.2f %9.2f %8s%n",
          row.subject(),
          row.members(),
          row.bytes(),
          row.clients(),
          row.writesPerSecond(),
          row.millis(50),
          row.millis(99),
          ratio);
      var object =
          array
              .addObject()
              .put("subject", row.subject())
              .put("members", row.members())
              .put("valueBytes", row.bytes())
              .put("clients", row.clients())
              .put("writesPerSecond", Math.round(row.writesPerSecond()))
              .put("p50Ms", row.millis(50))
              .put("p99Ms", row.millis(99));
      peer.ifPresent(
          etcd ->
              object
                  .put("ratioToEtcd", rounded(row.writesPerSecond() / etcd.writesPerSecond()))
                  .put("p99RatioToEtcd", rounded(row.millis(99) / etcd.millis(99))));
    }
    out.println(json);
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private static Optional<Row> peer(Row row, List<Row> rows) {
    return rows.stream()
        .filter(other -> other.subject().equals("etcd") && !row.subject().equals("etcd"))
        .filter(other -> other.members() == row.members())
        .filter(other -> other.bytes() == row.bytes() && other.clients() == row.clients())
        .findFirst();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}

package dev.ballast.app;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ballast demo}: everything once, for a person to see, and nothing left behind. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Runs a web service and a batch job, and shows them until Ctrl-C.")
final class DemoCommand implements Callable<Integer> {

  private static final Duration LEAVING = Duration.ofSeconds(20);

  @Option(
      names = "--runtime",
      defaultValue = "docker",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  ServerOptions.Runtime runtime;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Port of the API (default: a free one).")
  int port;

  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch left = new CountDownLatch(1);

  @Override
  public Integer call() throws IOException {
    PrintStream out = System.out;
    Logging.configure("WARNING"); // the table is what there is to see
    Path data = Files.createTempDirectory("ballast-demo-");
    Thread hook = new Thread(this::awaitLeft, "leave");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Server server = Server.start(options(data))) {
      server.notices().forEach(notice -> out.println("ballast: " + notice));
      if (runtime == ServerOptions.Runtime.simulated) {
        out.println("ballast: containers are simulated: nothing runs for real");
      }
      Demo demo = new Demo(server.admin(), new LiveTable(out, terminal()), this::pause);
      demo.submit();
      if (!demo.watchUntilDone().isEmpty()) {
        sayHowToGoOn(out, server, data);
        interrupted.await();
      }
      out.println("\nballast: taking the demo down…");
      long end = System.nanoTime() + LEAVING.toNanos();
      new Demo(server.admin(), new LiveTable(out, false), DemoCommand::sleep)
          .remove(() -> System.nanoTime() > end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      delete(data);
      left.countDown();
    }
    return 0;
  }

  private ServerOptions options(Path data) {
    ServerOptions options = new ServerOptions();
    options.data = data;
    options.bind = "127.0.0.1";
    options.port = port;
    options.memberPort = port % 65_535 + 1; // nobody joins a demo; any but the API's
    options.runtime = runtime;
    return options;
  }

  private static boolean terminal() {
    return System.console() != null && System.console().isTerminal();
  }

  private static void sayHowToGoOn(PrintStream out, Server server, Path data) {
    out.printf(
        """

        The service answers and the job has completed. Go on with:
          export KUBECONFIG=%s
          kubectl get pods -o wide
          kubectl logs job/primes
          kubectl scale deployment web --replicas=4
        Metrics: %s/metrics (bearer token in the kubeconfig). Ctrl-C takes everything down.
        """,
        data.resolve("kubeconfig"), server.url());
    out.flush();
  }

  /** False once Ctrl-C came. */
  private boolean pause(Duration moment) {
    try {
      return !interrupted.await(moment.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean sleep(Duration moment) {
    try {
      Thread.sleep(moment);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs on Ctrl-C: lets the command take everything down before the process ends. */
  private void awaitLeft() {
    interrupted.countDown();
    try {
      left.await(LEAVING.toSeconds() + 30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.ballast.bench.scale;

import dev.ballast.bench.wire.Wire;
import dev.ballast.bench.wire.Wires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * One watcher a namespace, and changes at a steady pace spread over all: how long from when a
 * change was due until its watcher had it, so a queue before the server counts too.
 */
final class Deliveries {

  private static final String MARK = "\"bench/at\":\"";
  private static final int AT_ONCE = 256;

  private final Wires wires;
  private final Population population;
  private final PodNames names;
  private final Histogram nanos = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), 3);
  private final Histogram answers = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), 3);
  private final AtomicLong failed = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Names of pods that are there. */
  interface PodNames {
    /** {@code NAMESPACE/pods/NAME}. */
    String any(Random random);
  }

  Deliveries(Wires wires, Population population, PodNames names) {
    this.wires = wires;
    this.population = population;
    this.names = names;
  }

  /** Returns when all watches are open. */
  void watch() throws InterruptedException {
    CountDownLatch opened = new CountDownLatch(population.namespaces());
    Semaphore opening = new Semaphore(32);
    for (int i = 0; i < population.namespaces(); i++) {
      String path =
          "/api/v1/namespaces/"
              + Population.namespace(i)
              + "/pods?watch=true&resourceVersion="
              + revision;
      opening.acquire();
      Thread.startVirtualThread(
          () -> {
            try (Wire wire = wires.open()) {
              wire.lines(
                  path,
                  () -> {
                    opening.release();
                    opened.countDown();
                  },
                  this::seen);
            } catch (IOException e) {
              if (!over.get()) {
                failed.incrementAndGet();
              }
              opening.release();
              opened.countDown();
            }
          });
    }
    opened.await();
  }

  private String revision = "";

  Deliveries from(String newRevision) {
    revision = newRevision;
    return this;
  }

  private void seen(byte[] bytes) {
    long now = System.nanoTime();
    String line = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = line.indexOf(MARK);
    if (at >= 0) {
      int from = at + MARK.length();
      nanos.recordValue(
          Math.max(0, now - Long.parseLong(line.substring(from, line.indexOf('"', from)))));
    }
  }

  /** Changes pods for so long. */
  void change(int perSecond, int seconds) throws InterruptedException {
    Random random = new Random(7);
    Semaphore room = new Semaphore(AT_ONCE);
    long began = System.nanoTime();
    long count = (long) perSecond * seconds;
    for (long i = 0; i < count; i++) {
      long due = began + i * 1_000_000_000L / perSecond;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      String pod = names.any(random);
      room.acquire();
      Thread.startVirtualThread(
          () -> {
            try {
              patch(pod, due);
            } finally {
              room.release();
            }
          });
    }
    room.acquire(AT_ONCE);
  }

  private void patch(String pod, long due) {
    String body = "{\"metadata\":{\"annotations\":{\"bench/at\":\"" + due + "\"}}}";
    try {
      wires.done(
          "PATCH",
          "/api/v1/namespaces/" + pod,
          Wire.MERGE_PATCH,
          body.getBytes(StandardCharsets.US_ASCII));
      answers.recordValue(System.nanoTime() - due);
    } catch (IOException e) {
      if (failed.getAndIncrement() == 0) {
        System.err.println("a change failed: " + e.getMessage());
      }
    }
  }

  void end() {
    over.set(true);
  }

  long delivered() {
    return nanos.getTotalCount();
  }

  long failed() {
    return failed.get();
  }

  void forget() {
    nanos.reset();
    answers.reset();
  }

  double deliveredMillis(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }

  double answeredMillis(double percentile) {
    return answers.getValueAtPercentile(percentile) / 1e6;
  }
}

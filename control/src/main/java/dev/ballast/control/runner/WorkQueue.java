package dev.ballast.control.runner;

import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys to look at. A key that is added many times before it is taken is handed out once; one that
 * is added while it is being worked on is handed out again afterwards, never twice at once; and
 * none is lost. Thread-safe.
 *
 * <p>Metrics: the ecosystem's {@code workqueue_*} with tag {@code name}.
 */
public final class WorkQueue<K> {

  private final String name;
  private final Timers timers;
  private final Telemetry telemetry;
  private final Backoff backoff;
  private final Runnable available;

  /** Waiting keys in the order of arrival, and when they came. */
  private final Map<K, Now> dirty = new LinkedHashMap<>();

  private final Map<K, Now> processing = new HashMap<>();
  private final Map<K, Now> again = new LinkedHashMap<>();
  private final Map<K, Integer> failures = new HashMap<>();

  /** When a delayed add is due, on the monotonic clock. */
  private final Map<K, Long> delayed = new HashMap<>();

  private final List<Telemetry.Registered> figures;
  private boolean closed;

  /**
   * @param available runs, on any thread, when a key can be taken
   */
  public WorkQueue(
      String name, Timers timers, Telemetry telemetry, Backoff backoff, Runnable available) {
    this.name = name;
    this.timers = timers;
    this.telemetry = telemetry;
    this.backoff = backoff;
    this.available = available;
    this.figures =
        List.of(
            telemetry.gauge("workqueue_depth", this::depth, "name", name),
            telemetry.gauge(
                "workqueue_unfinished_work_seconds",
                () -> inProgress().toMillis() / 1e3,
                "name",
                name),
            telemetry.gauge(
                "workqueue_longest_running_processor_seconds",
                () -> longestRunning().toMillis() / 1e3,
                "name",
                name));
  }

  public void add(K key) {
    synchronized (this) {
      if (closed || dirty.containsKey(key) || again.containsKey(key)) {
        return;
      }
      telemetry.count("workqueue_adds_total", 1, "name", name);
      if (processing.containsKey(key)) {
        again.put(key, timers.now());
        return;
      }
      dirty.put(key, timers.now());
    }
    available.run();
  }

  /** Adds after a delay. Of several delays that run for one key, the shortest counts. */
  public void addAfter(K key, Duration delay) {
    if (delay.isZero() || delay.isNegative()) {
      add(key);
      return;
    }
    synchronized (this) {
      long due = timers.now().monotonicNanos() + delay.toNanos();
      Long earlier = delayed.get(key);
      if (closed || (earlier != null && earlier - due <= 0)) {
        return;
      }
      delayed.put(key, due);
      timers.schedule(delay, () -> release(key, due));
    }
  }

  private void release(K key, long due) {
    synchronized (this) {
      if (!delayed.remove(key, due)) {
        return;
      }
    }
    add(key);
  }

  /** Adds after a delay that grows with each call until {@link #forget}. */
  public void retry(K key) {
    int before;
    synchronized (this) {
      before = failures.merge(key, 1, Integer::sum) - 1;
    }
    telemetry.count("workqueue_retries_total", 1, "name", name);
    addAfter(key, backoff.after(before));
  }

  /** The key went well: its next failure is its first. */
  public synchronized void forget(K key) {
    failures.remove(key);
  }

  /** Takes the key that waits longest; {@link #done} must follow. */
  public synchronized Optional<K> take() {
    if (dirty.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<K, Now> next = dirty.entrySet().iterator().next();
    K key = next.getKey();
    Now now = timers.now();
    telemetry.time("workqueue_queue_duration_seconds", now.since(next.getValue()), "name", name);
    dirty.remove(key);
    processing.put(key, now);
    return Optional.of(key);
  }

  public void done(K key) {
    synchronized (this) {
      Now since = processing.remove(key);
      telemetry.time("workqueue_work_duration_seconds", timers.now().since(since), "name", name);
      Now added = again.remove(key);
      if (added == null) {
        return;
      }
      dirty.put(key, added);
    }
    available.run();
  }

  /** Takes no more keys, hands out no more, and shows no more figures. */
  public void close() {
    figures.forEach(Telemetry.Registered::close);
    synchronized (this) {
      closed = true;
      dirty.clear();
      again.clear();
      delayed.clear();
    }
  }

  /** True when {@link #take} would find a key. */
  public synchronized boolean hasNext() {
    return !dirty.isEmpty();
  }

  public synchronized int depth() {
    return dirty.size() + again.size();
  }

  private synchronized Duration inProgress() {
    Now now = timers.now();
    return processing.values().stream().map(now::since).reduce(Duration.ZERO, Duration::plus);
  }

  private synchronized Duration longestRunning() {
    Now now = timers.now();
    return processing.values().stream()
        .map(now::since)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }
}

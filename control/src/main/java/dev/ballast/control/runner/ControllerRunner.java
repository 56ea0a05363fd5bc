package dev.ballast.control.runner;

import dev.ballast.control.informer.Informer;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one controller: takes a key, waits until the informers show what the key's last round wrote,
 * observes, decides, applies; again after a conflict or a failure, with back-off; and every key
 * again each resync period.
 *
 * <p>A key never runs twice at once. Nothing is kept that matters after a crash: a new runner
 * begins with every object. Rounds run on tasks of {@link Timers}, at most {@code workers} at once.
 */
public final class ControllerRunner<S> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControllerRunner.class);

  private final Controller<S> controller;
  private final ActionApplier applier;
  private final Timers timers;
  private final Telemetry telemetry;
  private final WorkQueue<ObjectKey> queue;
  private final OwnWrites ownWrites;
  private final List<Informer<?>> informers;

  /** Keys whose last write may or may not have been committed. */
  private final Set<ObjectKey> unsure = ConcurrentHashMap.newKeySet();

  private final Map<ObjectKey, Failure> refusals = new ConcurrentHashMap<>();
  private final Set<ObjectKey> known = ConcurrentHashMap.newKeySet();
  private int working;
  private boolean open;
  private volatile boolean closed;

  public ControllerRunner(
      Controller<S> controller, ActionApplier applier, Timers timers, Telemetry telemetry) {
    this.controller = controller;
    this.applier = applier;
    this.timers = timers;
    this.telemetry = telemetry;
    this.queue = new WorkQueue<>(controller.name(), timers, telemetry, Backoff.KEYS, this::wake);
    this.informers =
        new ArrayList<>(controller.triggers().stream().map(Trigger::informer).toList());
    this.ownWrites = new OwnWrites(informers);
  }

  /** Begins once every informer has its first list; the informers are started by their owner. */
  public void start() {
    controller.triggers().forEach(trigger -> trigger.connect(queue));
    openWhenSynced(0);
    timers.schedule(controller.resync(), this::resync);
  }

  /** Begins no further action. One that is under way may still be committed. */
  @Override
  public void close() {
    closed = true;
    queue.close();
  }

  /** Looks at a key soon. */
  public void enqueue(ObjectKey key) {
    queue.add(key);
  }

  private void openWhenSynced(int next) {
    if (next < informers.size()) {
      informers.get(next).whenSynced(() -> openWhenSynced(next + 1));
      return;
    }
    synchronized (this) {
      open = true;
    }
    wake();
  }

  private void resync() {
    if (!closed) {
      known.forEach(queue::add);
      timers.schedule(controller.resync(), this::resync);
    }
  }

  private void wake() {
    synchronized (this) {
      if (!open || closed || working >= controller.workers()) {
        return;
      }
      working++;
    }
    timers.execute(this::work);
  }

  /** Takes keys until none is left. */
  private void work() {
    try {
      Optional<ObjectKey> next = queue.take();
      if (next.isPresent()) {
        round(next.get());
      }
    } finally {
      synchronized (this) {
        working--;
      }
    }
    if (queue.hasNext()) {
      wake();
    }
  }

  private void round(ObjectKey key) {
    try {
      if (closed) {
        return;
      }
      if (unsure.contains(key)) {
        expectEverything(key);
      }
      if (ownWrites.areSeen(key, () -> queue.add(key))) {
        reconcile(key);
      }
    } catch (StoreUnavailableException e) {
      again(key, "unavailable");
    } catch (RuntimeException e) {
      LOG.error("{}: a broken invariant at {}; trying again later", controller.name(), key, e);
      telemetry.count(
          "controller_runtime_reconcile_panics_total", 1, "controller", controller.name());
      again(key, "error");
    } finally {
      queue.done(key);
    }
  }

  /** Whatever became of the last write, the next round sees it. */
  private void expectEverything(ObjectKey key) {
    Map<ResourceType, Long> newest = new HashMap<>();
    long revision = applier.newest();
    informers.forEach(informer -> newest.put(informer.type(), revision));
    ownWrites.remember(key, newest);
    unsure.remove(key);
  }

  private void reconcile(ObjectKey key) {
    Now begun = timers.now();
    Optional<Failure> refusal = Optional.ofNullable(refusals.remove(key));
    Optional<S> observed = controller.observer().observe(key, refusal);
    if (observed.isEmpty()) {
      known.remove(key);
      queue.forget(key);
      count("gone");
      return;
    }
    known.add(key);
    Decision<Action> decision = controller.reconciler().reconcile(observed.get(), begun);
    Applied applied = applier.apply(controller.component(), decision.actions(), () -> !closed);
    ownWrites.remember(key, applied.revisions());
    conclude(key, decision.checkAgain(), applied.end());
    telemetry.time(
        "controller_runtime_reconcile_time_seconds",
        timers.now().since(begun),
        "controller",
        controller.name());
  }

  private void conclude(ObjectKey key, Optional<Duration> checkAgain, Applied.End end) {
    switch (end) {
      case Applied.Complete complete -> {
        queue.forget(key);
        checkAgain.ifPresent(delay -> queue.addAfter(key, delay));
        count("success");
      }
      case Applied.Overtaken by -> again(key, "conflict");
      case Applied.Refused refused -> {
        LOG.info("{}: {} was refused: {}", controller.name(), key, refused.failure().message());
        refusals.put(key, refused.failure());
        again(key, "refused");
      }
      case Applied.Unavailable none -> {
        unsure.add(key);
        again(key, "unavailable");
      }
    }
  }

  private void again(ObjectKey key, String result) {
    count(result);
    queue.retry(key);
  }

  private void count(String result) {
    telemetry.count(
        "controller_runtime_reconcile_total", 1, "controller", controller.name(), "result", result);
  }
}

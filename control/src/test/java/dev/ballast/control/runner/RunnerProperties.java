package dev.ballast.control.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.KindNames;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.core.time.Timers;
import dev.ballast.testkit.cluster.FaultyStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import dev.ballast.testkit.time.WallTimers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever comes between (errors, refusals, conflicts, lost answers, broken and stale watches,
 * restarts), every key is looked at after its last change, soon, and by one worker at a time.
 */
final class RunnerProperties {

  /** A ConfigMap; the controller under test brings {@code done} to {@code value}. */
  record Task(Map<String, String> data) {
    String at(String field) {
      return data == null ? "" : data.getOrDefault(field, "");
    }
  }

  /** The longest back-off of a key, and of an informer after it. */
  private static final Duration SOON = Duration.ofSeconds(75);

  private static final int KEYS = 5;

  /** Thousands of faults are meant; their stack traces tell nothing. */
  private static final Logger LOG = Logger.getLogger("dev.ballast.control");

  @BeforeContainer
  static void quieten() {
    LOG.setLevel(Level.OFF);
  }

  @AfterContainer
  static void speakAgain() {
    LOG.setLevel(null);
  }

  private final InMemoryResourceStore bare = new InMemoryResourceStore();
  private final FaultyStore store = new FaultyStore(bare);
  private Informers informers;
  private ControllerRunner<Cached<Task>> runner;

  private static ObjectKey key(int number) {
    return new ObjectKey(ResourceType.CONFIG_MAPS, "default", "task-" + number);
  }

  private void start(Timers timers, Reconciler<Cached<Task>> reconciler) {
    informers = new Informers(store, timers, Telemetry.NONE);
    Informer<Task> tasks = informers.of(ResourceType.CONFIG_MAPS, Task.class);
    KindNames names = new KindNames(Map.of());
    ActionApplier applier =
        new ActionApplier(
            store,
            new RandomIds(new Random(1)),
            names,
            new EventRecorder(store, names, timers, Telemetry.NONE));
    runner =
        new ControllerRunner<>(
            new Controller<>(
                "task",
                "task-controller",
                List.of(Trigger.itself(tasks)),
                (key, refusal) -> tasks.get(key),
                reconciler,
                4,
                Duration.ofHours(1)),
            applier,
            timers,
            Telemetry.NONE);
    runner.start();
    informers.start();
  }

  private void stop() {
    runner.close();
    informers.close();
  }

  private static Decision<Action> finish(Cached<Task> task) {
    ObjectNode patch = Json.object();
    patch.putObject("data").put("done", task.value().at("value"));
    return Decision.of(List.of(new Action.Patch(task.key(), task.revision(), "", patch)));
  }

  /** As somebody else would, past all faults. */
  private void change(ObjectKey key, int value) {
    Optional<Document> known = bare.get(key);
    ObjectNode tree = known.map(Document::tree).orElseGet(Json::object);
    tree.withObject("/metadata").put("name", key.name()).put("namespace", key.namespace());
    tree.withObject("/data").put("value", "" + value);
    byte[] json = Json.storable(tree);
    bare.commit(
        known.isEmpty()
            ? new Write.Create(key, json)
            : new Write.Replace(key, known.get().revision(), "", json));
  }

  private String undone() {
    ListResult.Page page = (ListResult.Page) bare.list(ListQuery.all(ResourceType.CONFIG_MAPS));
    StringBuilder text = new StringBuilder();
    for (Document document : page.documents()) {
      Task task = document.as(Task.class);
      if (!task.at("done").equals(task.at("value"))) {
        text.append(document.key()).append(task).append(' ');
      }
    }
    return text.toString();
  }

  @Property(tries = 60)
  void everyKeyIsDoneAfterItsLastChange(@ForAll long seed) {
    Random random = new Random(seed);
    SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, random);
    boolean[] calm = {false};
    Reconciler<Cached<Task>> reconciler =
        (task, now) -> {
          if (!calm[0] && random.nextInt(5) == 0) {
            throw new IllegalStateException("injected");
          }
          return finish(task);
        };
    store.beforeCommit(writes -> calm[0] ? Optional.empty() : fault(random, writes));
    store.afterCommit(
        () -> {
          if (!calm[0] && random.nextInt(8) == 0) {
            throw new StoreUnavailableException("the answer was lost");
          }
        });
    store.endWatches(() -> !calm[0] && random.nextInt(10) == 0);
    start(timers, reconciler);
    for (int step = 1; step <= 150; step++) {
      change(key(random.nextInt(KEYS)), step);
      switch (random.nextInt(15)) {
        case 0 -> {
          stop();
          start(timers, reconciler);
        }
        case 1 -> bare.compact(bare.revision());
        case 2 -> informers.of(ResourceType.CONFIG_MAPS, Task.class).resync();
        default -> {}
      }
      timers.runFor(Duration.ofMillis(random.nextInt(400)));
    }
    calm[0] = true;
    timers.runFor(SOON);
    assertEquals("", undone());
    stop();
    timers.runFor(Duration.ofHours(1));
    assertEquals(0, bare.openWatches());
  }

  private static Optional<CommitResult> fault(Random random, List<Write> writes) {
    return switch (random.nextInt(8)) {
      case 0 -> Optional.of(new CommitResult.Unavailable("injected"));
      case 1 -> Optional.of(new CommitResult.Conflict(writes.getFirst().key(), 1, 2));
      default -> Optional.empty();
    };
  }

  @Example
  void noKeyIsWorkedOnTwiceAtOnce() throws InterruptedException {
    Map<ObjectKey, AtomicInteger> busy = new ConcurrentHashMap<>();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger rounds = new AtomicInteger();
    start(
        new WallTimers(),
        (task, now) -> {
          AtomicInteger here = busy.computeIfAbsent(task.key(), k -> new AtomicInteger());
          most.accumulateAndGet(here.incrementAndGet(), Math::max);
          for (int i = 0; i < 50; i++) {
            Thread.yield();
          }
          here.decrementAndGet();
          rounds.incrementAndGet();
          return finish(task);
        });
    for (int number = 0; number < KEYS; number++) {
      change(key(number), 1);
    }
    CountDownLatch hammered = new CountDownLatch(4);
    for (int thread = 0; thread < 4; thread++) {
      Thread.ofVirtual()
          .start(
              () -> {
                for (int i = 0; i < 2000; i++) {
                  runner.enqueue(key(i % KEYS));
                  Thread.yield();
                }
                hammered.countDown();
              });
    }
    hammered.await();
    while (!undone().isEmpty()) {
      Thread.onSpinWait();
    }
    stop();
    assertEquals(1, most.get());
    assertTrue(rounds.get() >= KEYS);
  }

  @Example
  void thousandsOfChangesAreTakenInAFewBatches() {
    SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(3));
    AtomicInteger polls = new AtomicInteger();
    AtomicInteger rounds = new AtomicInteger();
    store.endWatches(
        () -> {
          polls.incrementAndGet();
          return false;
        });
    start(
        timers,
        (task, now) -> {
          rounds.incrementAndGet();
          return Decision.nothing();
        });
    timers.runFor(Duration.ofSeconds(1));
    polls.set(0);
    for (int i = 0; i < 10_000; i++) {
      change(key(i % KEYS), i);
    }
    timers.runFor(Duration.ofSeconds(1));
    assertTrue(polls.get() <= 20, () -> polls + " polls");
    assertTrue(rounds.get() <= 2 * KEYS, () -> rounds + " rounds for " + KEYS + " keys");
    stop();
  }
}

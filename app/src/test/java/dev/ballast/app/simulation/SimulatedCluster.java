package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.app.ServedKindsForTests;
import dev.ballast.control.Controllers;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.admission.Bootstrap;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.engine.AdmittedResources;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.planner.Planners;
import dev.ballast.planner.optimize.OptimizerLoop;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The product on simulated time: the real controllers, planner, admission and agents on one thread
 * and one seed; only the engine, the network and the disk are simulated. Every process that dies is
 * started again a little later, knowing nothing.
 */
final class SimulatedCluster {

  private static final BuiltinKinds KINDS = new BuiltinKinds();
  private static final Duration NODE_GRACE = Duration.ofSeconds(20);

  final Random random;
  final SimulatedTimers timers;
  final Ids ids;
  final InMemoryResourceStore store;
  final Sabotage sabotage;

  /** As people use it, and every process behind its link. */
  final AdmittingStore api;

  final Resources resources;
  final LinkFaults controlFaults;
  final LinkFaults plannerFaults;
  final List<SimulatedMember> nodes = new ArrayList<>();
  final Invariants invariants;
  Duration skew = Duration.ZERO;
  private final History history;
  private SimulatedProcess control;
  private SimulatedProcess planning;
  private Controllers controllers;
  private Planners planners;
  private OptimizerLoop optimizer;
  private boolean optimizing;

  SimulatedCluster(long seed, int size, Invariants invariants, Sabotage sabotage) {
    this.invariants = invariants;
    this.sabotage = sabotage;
    random = new Random(seed);
    timers = new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), random);
    ids = new RandomIds(random);
    store = new InMemoryResourceStore(timers::execute);
    history = new History(store, KINDS.all().stream().map(Kind::type).toList(), timers, invariants);
    SimulatedProcess server = new SimulatedProcess(timers, () -> skew, () -> {});
    ResourceStore beneath = sabotage.store(store);
    var admissions = Admissions.standard(ids, "10.96.0.0/16");
    api = new AdmittingStore(beneath, KINDS, admissions, ids, server, User.CONTROL_PLANE);
    resources = new AdmittedResources(beneath, KINDS, admissions, ids, server);
    new Bootstrap(resources, KINDS)
        .run("CA", "10.96.0.1", List.of("192.0.2.1"), 6443)
        .ifPresent(
            failure -> {
              throw new AssertionError(failure);
            });
    controlFaults = new LinkFaults(random, timers);
    plannerFaults = new LinkFaults(random, timers);
    for (int i = 0; i < size; i++) {
      nodes.add(new SimulatedMember("n" + i, this));
    }
    nodes.forEach(SimulatedMember::startAgent);
    startControl();
    startPlanner();
  }

  private void startControl() {
    control = new SimulatedProcess(timers, () -> skew, this::controlDied);
    Controllers.Config usual = ServedKindsForTests.config("CA", KINDS);
    Controllers.Config config =
        new Controllers.Config(
            usual.caPem(),
            usual.names(),
            usual.collected(),
            usual.namespaced(),
            NODE_GRACE,
            usual.eventsKept(),
            usual.finishedPodsKept());
    controllers =
        new Controllers(
            new Link(api, control, controlFaults), control, ids, Telemetry.NONE, config);
    control.run(controllers::start);
  }

  private void controlDied() {
    controllers.close();
    timers.schedule(Duration.ofMillis(100 + random.nextInt(2000)), this::startControl);
  }

  private void startPlanner() {
    planning = new SimulatedProcess(timers, () -> skew, this::plannerDied);
    planning.run(
        () -> {
          planners =
              new Planners(
                  new Link(api, planning, plannerFaults), planning, Telemetry.NONE, tells -> {});
          planners.start();
          if (optimizing) {
            startOptimizer();
          }
        });
  }

  /** Beside the planner, in its process; thinks in steps, not by the clock. */
  void optimize() {
    optimizing = true;
    planning.run(this::startOptimizer);
  }

  private void startOptimizer() {
    SimulatedProcess process = planning;
    optimizer =
        new OptimizerLoop(
            new Link(api, process, plannerFaults),
            planners.applier(),
            pod -> evict(process, pod),
            process,
            ids,
            Telemetry.NONE,
            tells -> {},
            new OptimizerLoop.Thinking(Runnable::run, 5, new Random(1), planners.precedence()));
    optimizer.start();
  }

  private Optional<Failure> evict(SimulatedProcess process, PodRef pod) {
    process.step();
    ObjectNode body = Json.object().put("apiVersion", "policy/v1").put("kind", "Eviction");
    body.putObject("metadata").put("name", pod.key().name());
    body.putObject("deleteOptions").putObject("preconditions").put("uid", pod.uid());
    Resources.Outcome outcome =
        resources.evict(
            pod.key().namespace(),
            pod.key().name(),
            body,
            Resources.WriteOptions.by(User.CONTROL_PLANE));
    process.step();
    return outcome instanceof Resources.Outcome.Failed failed
        ? Optional.of(failed.failure())
        : Optional.empty();
  }

  private void plannerDied() {
    timers.schedule(Duration.ofMillis(100 + random.nextInt(2000)), this::startPlanner);
  }

  /** Controllers die, with everything they remembered: at once for 0, else at a step to come. */
  void killControl(int afterSteps) {
    kill(control, afterSteps);
  }

  void killPlanner(int afterSteps) {
    kill(planning, afterSteps);
  }

  private static void kill(SimulatedProcess process, int afterSteps) {
    if (afterSteps == 0) {
      process.kill();
    } else {
      process.dieAfter(afterSteps);
    }
  }

  void started(String node, ContainerState container) {
    history.drain();
    invariants.started(
        new Rule.Start(node, container.pod().uid(), container.container(), container.attempt()));
  }

  Duration elapsed() {
    return Duration.ofNanos(timers.now().monotonicNanos());
  }

  /** Lets time pass, then checks. */
  void runFor(Duration duration) {
    timers.runFor(duration);
    history.drain();
    List<Rule.Running> running = new ArrayList<>();
    for (SimulatedMember node : nodes) {
      Duration quiet = node.quiet();
      for (ContainerState container : node.containers()) {
        if (container.isRunning()) {
          running.add(
              new Rule.Running(node.name, container.pod().uid(), container.container(), quiet));
        }
      }
    }
    invariants.looked(new Rule.Look(elapsed(), running));
  }

  /** Forgets all history: watches that lag behind have to list anew. */
  void compact() {
    history.drain();
    store.compact(store.revision());
  }

  void heal() {
    controlFaults.clear();
    plannerFaults.clear();
    nodes.forEach(SimulatedMember::heal);
  }

  CommitResult create(ResourceType type, String json) {
    ObjectNode document = Json.parse(json.replace('\'', '"').getBytes());
    ObjectKey key =
        new ObjectKey(
            type,
            document.path("metadata").path("namespace").asText(""),
            document.path("metadata").path("name").asText());
    return api.commit(new Write.Create(key, Json.storable(document)));
  }

  CommitResult delete(ObjectKey key, long grace, DeleteOptions.Propagation propagation) {
    return api.commit(new Write.Delete(key, 0, new DeleteOptions("", grace, propagation)));
  }

  /** False when its disruption budget does not allow it. */
  boolean evict(ObjectKey pod) {
    ObjectNode body = Json.object().put("apiVersion", "policy/v1").put("kind", "Eviction");
    body.putObject("metadata").put("name", pod.name()).put("namespace", pod.namespace());
    return !(resources.evict(
            pod.namespace(), pod.name(), body, Resources.WriteOptions.by(User.CONTROL_PLANE))
        instanceof Resources.Outcome.Failed);
  }

  /** Changes a document as a person would, again when somebody else was faster. */
  void edit(ObjectKey key, Consumer<ObjectNode> change) {
    Optional<Document> document = api.get(key);
    while (document.isPresent()) {
      ObjectNode tree = document.get().tree();
      change.accept(tree);
      CommitResult result =
          api.commit(new Write.Replace(key, document.get().revision(), "", Json.storable(tree)));
      if (!(result instanceof CommitResult.Conflict)) {
        return;
      }
      document = api.get(key);
    }
  }

  ObjectNode get(ResourceType type, String name) {
    return api.get(new ObjectKey(type, "default", name)).orElseThrow().tree();
  }

  List<Document> all(ResourceType type) {
    return ((ListResult.Page) api.list(ListQuery.all(type))).documents();
  }
}

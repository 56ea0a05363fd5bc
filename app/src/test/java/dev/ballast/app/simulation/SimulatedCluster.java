package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.app.ServedKindsForTests;
import dev.ballast.control.Controllers;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.admission.Bootstrap;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.engine.AdmittedResources;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.planner.Planners;
import dev.ballast.testkit.cluster.FaultyStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The product on simulated time: the real controllers, planner, admission and agents on one thread
 * and one seed; only the engine, the network and the disk are simulated.
 */
final class SimulatedCluster {

  private static final BuiltinKinds KINDS = new BuiltinKinds();

  final Random random;
  final SimulatedTimers timers;
  final Ids ids;
  final AdmittingStore api;

  /** What the control plane works through; may be told to fail. */
  final FaultyStore faulty;

  final List<SimulatedMember> nodes = new ArrayList<>();
  private Controllers controllers;
  private Planners planners;

  SimulatedCluster(long seed, int size) {
    random = new Random(seed);
    timers = new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), random);
    ids = new RandomIds(random);
    InMemoryResourceStore store = new InMemoryResourceStore(timers::execute);
    var admissions = Admissions.standard(ids, "10.96.0.0/16");
    api = new AdmittingStore(store, KINDS, admissions, ids, timers, User.CONTROL_PLANE);
    faulty = new FaultyStore(api);
    new Bootstrap(new AdmittedResources(store, KINDS, admissions, ids, timers), KINDS)
        .run("CA", "10.96.0.1", List.of("192.0.2.1"), 6443)
        .ifPresent(
            failure -> {
              throw new AssertionError(failure);
            });
    for (int i = 0; i < size; i++) {
      nodes.add(new SimulatedMember("n" + i, this));
    }
    nodes.forEach(SimulatedMember::startAgent);
    startControl();
  }

  void startControl() {
    controllers =
        new Controllers(
            faulty, timers, ids, Telemetry.NONE, ServedKindsForTests.config("CA", KINDS));
    controllers.start();
    planners = new Planners(faulty, timers, Telemetry.NONE, tells -> {});
    planners.start();
  }

  /** Controllers and planner are gone, with everything they remembered. */
  void crashControl() {
    controllers.close();
    planners.close();
  }

  void create(String json) {
    ObjectNode document = Json.parse(json.replace('\'', '"').getBytes());
    CommitResult result = api.commit(new Write.Create(keyOf(document), Json.storable(document)));
    if (!(result instanceof CommitResult.Committed)) {
      throw new AssertionError(result);
    }
  }

  private static ObjectKey keyOf(ObjectNode document) {
    ResourceType type =
        switch (document.path("kind").asText()) {
          case "Deployment" -> ResourceType.DEPLOYMENTS;
          case "Job" -> ResourceType.JOBS;
          default -> throw new AssertionError(document.path("kind"));
        };
    return new ObjectKey(type, "default", document.path("metadata").path("name").asText());
  }

  /** Changes a document as a person would, again when somebody else was faster. */
  void edit(ObjectKey key, Consumer<ObjectNode> change) {
    while (true) {
      Document document = api.get(key).orElseThrow();
      ObjectNode tree = document.tree();
      change.accept(tree);
      CommitResult result =
          api.commit(new Write.Replace(key, document.revision(), "", Json.storable(tree)));
      if (!(result instanceof CommitResult.Conflict)) {
        return;
      }
    }
  }

  ObjectNode get(ResourceType type, String name) {
    return api.get(new ObjectKey(type, "default", name)).orElseThrow().tree();
  }

  List<Document> all(ResourceType type) {
    return ((ListResult.Page) api.list(ListQuery.all(type))).documents();
  }
}

package dev.ballast.planner;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The planner on simulated time, over an in-memory store. */
final class SimulatedCluster implements AutoCloseable {

  final SimulatedTimers timers;
  final InMemoryResourceStore store;
  final Planners planners;
  final List<Tell> told = new ArrayList<>();

  SimulatedCluster(long seed) {
    this(seed, Telemetry.NONE);
  }

  SimulatedCluster(long seed, Telemetry telemetry) {
    timers = new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), new Random(seed));
    store = new InMemoryResourceStore(timers::execute);
    planners = new Planners(store, timers, telemetry, told::addAll);
    planners.start();
  }

  void run(Duration time) {
    timers.runFor(time);
  }

  void create(ObjectNode document) {
    expect(store.commit(new Write.Create(key(document), Json.storable(document))));
  }

  void replace(ObjectNode document) {
    long revision = store.get(key(document)).orElseThrow().revision();
    expect(store.commit(new Write.Replace(key(document), revision, "", Json.storable(document))));
  }

  void delete(ObjectKey key) {
    expect(store.commit(new Write.Delete(key, 0, DeleteOptions.DEFAULTS)));
  }

  List<ObjectNode> list(ResourceType type) {
    return ((ListResult.Page) store.list(ListQuery.all(type)))
        .documents().stream().map(Document::tree).toList();
  }

  String nodeOf(String pod) {
    return store.get(pod(pod)).orElseThrow().tree().at("/spec/nodeName").asText();
  }

  static ObjectKey pod(String name) {
    return new ObjectKey(ResourceType.PODS, "default", name);
  }

  static ObjectKey key(ObjectNode document) {
    String name = document.at("/metadata/name").asText();
    return document.path("kind").asText().equals("Node")
        ? ObjectKey.cluster(ResourceType.NODES, name)
        : pod(name);
  }

  static ObjectNode node(String name, String cpu) {
    return parse(
        "{'apiVersion':'v1','kind':'Node','metadata':{'name':'%s'},'status':{'allocatable':"
                .formatted(name)
            + "{'cpu':'%s','memory':'8Gi','pods':'110'}}}".formatted(cpu));
  }

  static ObjectNode pod(String name, String cpu) {
    return parse(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default','uid':'%s-1'},"
                .formatted(name, name)
            + "'spec':{'containers':[{'name':'c','resources':{'requests':{'cpu':'%s'}}}]}}"
                .formatted(cpu));
  }

  private static ObjectNode parse(String json) {
    return Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static void expect(CommitResult result) {
    if (!(result instanceof CommitResult.Committed)) {
      throw new IllegalStateException(result.toString());
    }
  }

  @Override
  public void close() {
    planners.close();
    store.close();
  }
}

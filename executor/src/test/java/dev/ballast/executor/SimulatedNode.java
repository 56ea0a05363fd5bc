package dev.ballast.executor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.executor.agent.AgentConfig;
import dev.ballast.executor.agent.NodeAgent;
import dev.ballast.executor.simulated.SimulatedMachine;
import dev.ballast.executor.simulated.SimulatedRuntime;
import dev.ballast.executor.volume.Tokens;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.testkit.cluster.FaultyStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import dev.ballast.testkit.telemetry.ShownGauges;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** An agent on simulated time, a simulated engine and a store in memory. */
public final class SimulatedNode {

  public final SimulatedTimers timers;
  public final SimulatedRuntime runtime;
  public final AdmittingStore api;

  /** What the agent works through; may be told to fail. */
  public final FaultyStore faulty;

  /** What the agent shows of itself. */
  public final ShownGauges figures = new ShownGauges();

  private final RandomIds ids;
  private NodeAgent agent;

  public SimulatedNode(long seed) {
    timers = new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), new Random(seed));
    runtime = new SimulatedRuntime("n1", SimulatedMachine.DEFAULT, timers);
    ids = new RandomIds(new Random(seed));
    api = TestApi.over(new InMemoryResourceStore(timers::execute), timers, ids);
    faulty = new FaultyStore(api);
    startAgent();
  }

  public void startAgent() {
    AgentConfig config =
        AgentConfig.of("n1", Path.of("/nowhere"), URI.create("https://127.0.0.1:6443"));
    Tokens tokens =
        request -> new Tokens.Result.Failed(new Failure(404, "NotFound", "no tokens here"));
    agent = NodeAgent.start(config, faulty, tokens, runtime, timers, ids, figures);
  }

  public void dropAgent() {
    agent.close();
  }

  public ResourceStore store() {
    return api;
  }

  public ObjectKey pod(String name, String spec, Map<String, String> annotations) {
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata").put("name", name).put("namespace", "default");
    ObjectNode notes = metadata.putObject("annotations");
    annotations.forEach(notes::put);
    ObjectNode tree = Json.parse(spec.getBytes(StandardCharsets.UTF_8));
    tree.put("nodeName", "n1");
    pod.set("spec", tree);
    ObjectKey key = new ObjectKey(ResourceType.PODS, "default", name);
    CommitResult result = api.commit(new Write.Create(key, Json.storable(pod)));
    if (!(result instanceof CommitResult.Committed)) {
      throw new IllegalStateException(result.toString());
    }
    return key;
  }

  /** An object of the kind, with nothing in it. */
  public void put(ResourceType type, String name) {
    ObjectNode object = Json.object().put("apiVersion", "v1");
    object.put("kind", type.equals(ResourceType.SECRETS) ? "Secret" : "ConfigMap");
    object.putObject("metadata").put("name", name).put("namespace", "default");
    api.commit(new Write.Create(new ObjectKey(type, "default", name), Json.storable(object)));
  }

  public void delete(ObjectKey key, long grace) {
    api.commit(
        new Write.Delete(key, 0, new DeleteOptions("", grace, DeleteOptions.Propagation.DEFAULT)));
  }

  public void pass(Duration time) {
    timers.runFor(time);
  }

  public JsonNode status(ObjectKey key) {
    return api.get(key).<JsonNode>map(d -> d.tree().path("status")).orElseGet(Json::object);
  }

  public String phase(ObjectKey key) {
    return status(key).path("phase").asText();
  }

  public JsonNode container(ObjectKey key, int index) {
    return status(key).path("containerStatuses").path(index);
  }

  public List<ContainerState> running(String pod) {
    return runtime.list().stream()
        .filter(c -> c.pod().name().equals(pod) && !c.isSandbox() && c.isRunning())
        .toList();
  }

  /** How many instances of each container (by pod uid and name) live now. */
  public Map<String, Integer> live() {
    Map<String, Integer> live = new HashMap<>();
    runtime.list().stream()
        .filter(ContainerState::isRunning)
        .forEach(c -> live.merge(c.pod().uid() + "/" + c.container(), 1, Integer::sum));
    return live;
  }
}

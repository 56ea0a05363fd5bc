package dev.ballast.executor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.model.Node;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.executor.agent.AgentConfig;
import dev.ballast.executor.agent.NodeAgent;
import dev.ballast.executor.docker.DockerRuntime;
import dev.ballast.executor.volume.Tokens;
import dev.ballast.testkit.store.InMemoryResourceStore;
import dev.ballast.testkit.time.WallTimers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** An agent on the real engine against a store in memory; its containers go when it closes. */
public final class DockerCluster implements AutoCloseable {

  public static final String IMAGE = "ballast.local/busybox:1";

  /** Enough for a pod to take one, and few to make and remove in each test. */
  private static final int NETWORKS_AHEAD = 1;

  /** Engines known to have the image. */
  private static final Set<URI> HAVE_IMAGE = new HashSet<>();

  public final WallTimers timers = new WallTimers();
  public final RandomIds ids = new RandomIds(new SecureRandom());
  public final ResourceStore store = TestApi.over(new InMemoryResourceStore(), timers, ids);
  public final String node = "test-" + ids.suffix(6);
  public final ContainerRuntime runtime;
  private final Path data;
  private final ContainerSpec.LogLimits logs;
  private NodeAgent agent;

  public DockerCluster(Path data) throws IOException, InterruptedException {
    this(data, host());
  }

  public DockerCluster(Path data, URI host) throws IOException, InterruptedException {
    this(data, host, ContainerSpec.LogLimits.DEFAULT);
  }

  public DockerCluster(Path data, URI host, ContainerSpec.LogLimits logs)
      throws IOException, InterruptedException {
    this.data = data;
    this.logs = logs;
    makeImage(host);
    runtime = DockerRuntime.connect(host, node, "bridge", timers, NETWORKS_AHEAD);
    startAgent();
  }

  public static URI host() {
    String host = System.getenv("DOCKER_HOST");
    return URI.create(host == null || host.isEmpty() ? "unix:///var/run/docker.sock" : host);
  }

  public static void makeImage() throws IOException, InterruptedException {
    makeImage(host());
  }

  private static synchronized void makeImage(URI host) throws IOException, InterruptedException {
    if (HAVE_IMAGE.contains(host)) {
      return;
    }
    Path script = Path.of("../scripts/image.sh").toAbsolutePath().normalize();
    ProcessBuilder builder = new ProcessBuilder(script.toString()).inheritIO();
    builder.environment().put("DOCKER_HOST", host.toString());
    Process process = builder.start();
    if (process.waitFor() != 0) {
      throw new IOException(script + " failed");
    }
    HAVE_IMAGE.add(host);
  }

  public void startAgent() {
    AgentConfig config =
        new AgentConfig(
            node,
            Map.of(),
            Node.Spec.PLAIN,
            data,
            URI.create("https://127.0.0.1:6443"),
            "",
            110,
            Duration.ofSeconds(2),
            logs);
    Tokens tokens =
        request ->
            new Tokens.Result.Issued(
                "token-of-" + request.serviceAccount(), Instant.now().plusSeconds(3600));
    agent = NodeAgent.start(config, store, tokens, runtime, timers, ids, Telemetry.NONE);
  }

  /** As a kill -9 would: nothing is told to anybody. */
  public void dropAgent() {
    agent.close();
  }

  public ObjectKey create(String name, String spec) throws IOException {
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", name).put("namespace", "default");
    ObjectNode tree = (ObjectNode) Json.MAPPER.readTree(spec);
    tree.put("nodeName", node);
    pod.set("spec", tree);
    return put(ResourceType.PODS, pod);
  }

  public ObjectKey put(ResourceType type, ObjectNode document) {
    document.withObject("/metadata").put("namespace", "default");
    ObjectKey key = new ObjectKey(type, "default", document.path("metadata").path("name").asText());
    CommitResult result = store.commit(new Write.Create(key, Json.storable(document)));
    if (!(result instanceof CommitResult.Committed)) {
      throw new IllegalStateException(result.toString());
    }
    return key;
  }

  public void delete(ObjectKey key, long grace) {
    store.commit(
        new Write.Delete(key, 0, new DeleteOptions("", grace, DeleteOptions.Propagation.DEFAULT)));
  }

  public Optional<ObjectNode> get(ObjectKey key) {
    return store.get(key).map(d -> d.tree());
  }

  public JsonNode status(ObjectKey key) {
    return get(key).<JsonNode>map(d -> d.path("status")).orElseGet(Json::object);
  }

  public String phase(ObjectKey key) {
    return status(key).path("phase").asText();
  }

  public JsonNode container(ObjectKey key, int index) {
    return status(key).path("containerStatuses").path(index);
  }

  public boolean isReady(ObjectKey key) {
    for (JsonNode condition : status(key).path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  public List<ContainerState> containers(ObjectKey key) {
    return runtime.list().stream()
        .filter(c -> c.pod().name().equals(key.name()) && !c.isSandbox())
        .toList();
  }

  /** Reasons of the events about a pod. */
  public Set<String> events(String pod) {
    return eventsOf(pod).map(e -> e.path("reason").asText()).collect(Collectors.toSet());
  }

  /** What the longest event about a pod with this reason says. */
  public String message(String pod, String reason) {
    return eventsOf(pod)
        .filter(e -> e.path("reason").asText().equals(reason))
        .map(e -> e.path("message").asText())
        .max(Comparator.comparing(String::length))
        .orElse("");
  }

  private Stream<ObjectNode> eventsOf(String pod) {
    ListResult.Page page = (ListResult.Page) store.list(ListQuery.all(ResourceType.EVENTS));
    return page.documents().stream()
        .map(d -> d.tree())
        .filter(e -> e.at("/involvedObject/name").asText().equals(pod));
  }

  public Pipe serve(StreamRequest request) {
    Pipe pipe = new Pipe();
    timers.execute(
        () -> {
          try (pipe) { // as the tunnel's end does
            agent.streams().serve(request, pipe);
          }
        });
    return pipe;
  }

  public String logs(ObjectKey key, String container) throws InterruptedException {
    Pipe pipe =
        serve(
            new StreamRequest.Logs(
                "default", key.name(), "", container, false, false, false, -1, 0, "", 0));
    pipe.awaitClose(10);
    return pipe.text((byte) 1);
  }

  public static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(25))
        .until(condition);
  }

  @Override
  public void close() {
    agent.close();
    runtime.list().forEach(c -> runtime.remove(c.id()));
    runtime.close();
    String memory = "/dev/shm/ballast";
    try {
      DebianRegistry.run(
          data,
          "sh",
          "-c",
          ("for m in $(grep -o ' %1$s/%2$s/[^ ]*' /proc/mounts); do umount -l $m; done;"
                  + " rm -rf %1$s/%2$s; rmdir %1$s 2>/dev/null; true")
              .formatted(memory, node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.ballast.testkit.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A planner and a kubelet in one toy: each step it moves one random pod forward: binds it to a
 * random node, makes it Running and ready, ends it. Pods labelled {@code toy/ends: succeeded} (or
 * {@code failed}, or {@code either}) end by themselves; others run until deleted. Runs on tasks of
 * the timers until closed.
 */
public final class ToyNodes implements AutoCloseable {

  private final ResourceStore store;
  private final Timers timers;
  private final Random random;
  private final List<String> nodes;
  private final Duration pace;
  private final Set<String> silent = new HashSet<>();
  private boolean closed;

  /**
   * @param pace from one step to the next
   */
  public ToyNodes(
      ResourceStore store, Timers timers, Random random, List<String> nodes, Duration pace) {
    this.store = store;
    this.timers = timers;
    this.random = random;
    this.nodes = List.copyOf(nodes);
    this.pace = pace;
  }

  /** Registers the nodes, and begins to renew their leases and to move pods. */
  public void start() {
    nodes.forEach(this::register);
    beat();
    timers.schedule(pace, this::step);
  }

  /** From now on this node is silent, and its pods stand still. */
  public void silence(String node) {
    silent.add(node);
  }

  public void wake(String node) {
    silent.remove(node);
  }

  private void register(String name) {
    ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
    node.putObject("metadata").put("name", name);
    node.putObject("spec");
    readyNode(node);
    store.commit(
        new Write.Create(ObjectKey.cluster(ResourceType.NODES, name), Json.storable(node)));
    ObjectNode lease =
        Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease.putObject("metadata").put("name", name).put("namespace", "kube-node-lease");
    lease.putObject("spec").put("holderIdentity", name);
    store.commit(new Write.Create(lease(name), Json.storable(lease)));
  }

  private static ObjectKey lease(String node) {
    return new ObjectKey(ResourceType.LEASES, "kube-node-lease", node);
  }

  private void readyNode(ObjectNode node) {
    ArrayNode conditions = node.withObject("/status").putArray("conditions");
    conditions
        .addObject()
        .put("type", "Ready")
        .put("status", "True")
        .put("reason", "KubeletReady")
        .put("lastHeartbeatTime", now())
        .put("lastTransitionTime", now());
  }

  private void beat() {
    if (closed) {
      return;
    }
    for (String name : nodes) {
      if (!silent.contains(name)) {
        store.get(lease(name)).ifPresent(this::renew);
        store
            .get(ObjectKey.cluster(ResourceType.NODES, name))
            .filter(n -> !n.tree().at("/status/conditions/0/status").asText().equals("True"))
            .ifPresent(
                n -> {
                  ObjectNode tree = n.tree();
                  readyNode(tree);
                  replace(n, "status", tree);
                });
      }
    }
    timers.schedule(Duration.ofSeconds(10), this::beat);
  }

  private void renew(Document lease) {
    ObjectNode tree = lease.tree();
    tree.withObject("/spec").put("renewTime", timers.now().wall().toString());
    replace(lease, "", tree);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void step() {
    if (closed) {
      return;
    }
    try {
      if (store.list(ListQuery.all(ResourceType.PODS)) instanceof ListResult.Page page
          && !page.documents().isEmpty()) {
        advance(page.documents().get(random.nextInt(page.documents().size())));
      }
    } catch (StoreUnavailableException e) {
      // The next step tries again.
    }
    timers.schedule(pace, this::step);
  }

  private void advance(Document document) {
    ObjectNode pod = document.tree();
    JsonNode metadata = pod.path("metadata");
    String phase = pod.path("status").path("phase").asText();
    if (silent.contains(pod.path("spec").path("nodeName").asText())) {
      return;
    }
    if (metadata.has("deletionTimestamp")) {
      if (!phase.equals("Succeeded") && !phase.equals("Failed") && random.nextBoolean()) {
        end(pod, "Failed", 137);
        replace(document, "status", pod);
      } else {
        store.commit(
            new Write.Delete(
                document.key(),
                0,
                new DeleteOptions(
                    metadata.path("uid").asText(), 0, DeleteOptions.Propagation.BACKGROUND)));
      }
    } else if (!pod.path("spec").has("nodeName")) {
      String node = nodes.get(random.nextInt(nodes.size()));
      if (store.get(ObjectKey.cluster(ResourceType.NODES, node)).isPresent()) {
        pod.withObject("/spec").put("nodeName", node);
        replace(document, "binding", pod);
      }
    } else if (phase.equals("Pending")) {
      run(pod);
      replace(document, "status", pod);
    } else if (phase.equals("Running")) {
      switch (metadata.path("labels").path("toy/ends").asText()) {
        case "succeeded" -> end(pod, "Succeeded", 0);
        case "failed" -> end(pod, "Failed", 1);
        case "either" -> {
          boolean fails = random.nextInt(4) == 0;
          end(pod, fails ? "Failed" : "Succeeded", fails ? 1 : 0);
        }
        default -> {
          return;
        }
      }
      replace(document, "status", pod);
    }
  }

  private void replace(Document document, String subresource, ObjectNode pod) {
    store.commit(
        new Write.Replace(document.key(), document.revision(), subresource, Json.storable(pod)));
  }

  /** Makes a pod Running and ready, from now on. */
  public void run(ObjectNode pod) {
    String now = now();
    ObjectNode status = pod.withObject("/status");
    status.put("phase", "Running").put("startTime", now);
    status.put("podIP", "10.0." + random.nextInt(256) + "." + (1 + random.nextInt(250)));
    ready(status, "True", now);
  }

  /** Makes a pod Succeeded or Failed, now. */
  public void end(ObjectNode pod, String phase, int exitCode) {
    String now = now();
    ObjectNode status = pod.withObject("/status");
    status.put("phase", phase);
    ready(status, "False", now);
    ObjectNode container = status.putArray("containerStatuses").addObject();
    container.put("name", "main").put("ready", false).put("restartCount", 0);
    container.put("image", "i").put("imageID", "");
    container
        .putObject("state")
        .putObject("terminated")
        .put("exitCode", exitCode)
        .put("finishedAt", now);
  }

  private static void ready(ObjectNode status, String value, String now) {
    ArrayNode conditions = status.putArray("conditions");
    conditions.addObject().put("type", "Ready").put("status", value).put("lastTransitionTime", now);
  }

  private String now() {
    return timers.now().wall().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}

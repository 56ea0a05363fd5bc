package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.PodRef;
import dev.ballast.core.container.RuntimeEvent;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.executor.manifest.PodManifest;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of all pods on this node: one per uid, for pods that the API knows and for containers
 * whose pod it does not know any more. Thread-safe.
 */
final class Pods {

  private static final Logger LOG = LoggerFactory.getLogger(Pods.class);

  private final Context context;
  private final BooleanSupplier synced;
  private volatile int runningContainers;
  private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();

  /**
   * @param synced false until all pods are known: before that nothing is an orphan
   */
  Pods(Context context, BooleanSupplier synced) {
    this.context = context;
    this.synced = synced;
  }

  /** A pod of this node is new, changed or gone. */
  void changed(ObjectKey key, Optional<Document> document) {
    String uid = document.map(d -> PodManifest.of(d).uid()).orElse("");
    workers.values().stream()
        .filter(w -> w.pod().key().equals(key) && !w.pod().uid().equals(uid))
        .forEach(PodWorker::gone);
    document.ifPresent(d -> worker(d, uid).update(d));
  }

  private PodWorker worker(Document document, String uid) {
    return workers.computeIfAbsent(
        uid,
        id -> {
          PodWorker worker =
              new PodWorker(context, PodManifest.of(document), true, () -> workers.remove(id));
          worker.wake();
          return worker;
        });
  }

  void happened(RuntimeEvent event) {
    if (event.podUid().isEmpty()) {
      workers.values().forEach(PodWorker::wake);
    } else {
      PodWorker worker = workers.get(event.podUid());
      if (worker != null) {
        worker.wake();
      }
    }
  }

  /** Repairs what events have missed, and reaps what no pod wants. */
  void relist() {
    if (!synced.getAsBoolean()) {
      return;
    }
    try {
      List<ContainerState> all = context.runtime().list();
      runningContainers = (int) all.stream().filter(c -> c.isRunning() && !c.isSandbox()).count();
      Set<String> seen = new HashSet<>();
      for (ContainerState instance : all) {
        String uid = instance.pod().uid();
        if (seen.add(uid) && !workers.containsKey(uid)) {
          reap(instance.pod());
        }
      }
      context.files().podUids().stream()
          .filter(uid -> !seen.contains(uid) && !workers.containsKey(uid))
          .forEach(context.files()::remove);
      workers.values().forEach(PodWorker::wake);
    } catch (RuntimeUnavailableException e) {
      LOG.info("cannot list containers now: {}", e.getMessage());
    }
  }

  private void reap(PodRef pod) {
    LOG.info("pod {} is gone, stopping its containers", pod);
    workers.computeIfAbsent(
        pod.uid(),
        uid -> {
          PodWorker worker = new PodWorker(context, remnant(pod), false, () -> workers.remove(uid));
          worker.wake();
          return worker;
        });
  }

  /** As much of a manifest as is needed to end the pod. */
  private static PodManifest remnant(PodRef pod) {
    ObjectNode document = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    document
        .putObject("metadata")
        .put("name", pod.name())
        .put("namespace", pod.namespace())
        .put("uid", pod.uid());
    document.putObject("spec");
    return PodManifest.of(
        new Document(
            new ObjectKey(ResourceType.PODS, pod.namespace(), pod.name()),
            0,
            Json.bytes(document)));
  }

  /** As of the last relist. */
  int runningContainers() {
    return runningContainers;
  }

  Collection<PodWorker> all() {
    return workers.values();
  }

  /** The pod with this name, and with this uid unless that is "". */
  Optional<PodManifest> find(String namespace, String name, String uid) {
    return workers.values().stream()
        .map(PodWorker::pod)
        .filter(p -> p.metadata().namespace().equals(namespace) && p.metadata().name().equals(name))
        .filter(p -> uid.isEmpty() || p.uid().equals(uid))
        .findFirst();
  }

  void close() {
    workers.values().forEach(PodWorker::close);
  }
}

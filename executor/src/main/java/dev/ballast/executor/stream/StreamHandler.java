package dev.ballast.executor.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.ContainerStream;
import dev.ballast.core.container.LogQuery;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.container.StreamOptions;
import dev.ballast.core.container.StreamResult;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Timers;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.pod.PodView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's end of {@link NodeStreams}. What goes wrong is told on {@link Frame#ERROR} as a
 * Status. Thread-safe; each stream blocks a thread of its own.
 */
public final class StreamHandler implements NodeStreams.Handler {

  private static final Logger LOG = LoggerFactory.getLogger(StreamHandler.class);

  /** Finds the pods of this node. */
  public interface PodLookup {
    Optional<PodManifest> find(String namespace, String name, String uid);
  }

  private final ContainerRuntime runtime;
  private final Timers timers;
  private final PodLookup pods;

  public StreamHandler(ContainerRuntime runtime, Timers timers, PodLookup pods) {
    this.runtime = runtime;
    this.timers = timers;
    this.pods = pods;
  }

  @Override
  public void serve(StreamRequest request, NodeStream stream) {
    // The caller closes the stream; try-with-resources would do so before a failure is told.
    try {
      switch (request) {
        case StreamRequest.Logs logs -> logs(logs, stream);
        case StreamRequest.Exec exec -> exec(exec, stream);
        case StreamRequest.Attach attach -> attach(attach, stream);
        case StreamRequest.Http http -> http(http, stream);
      }
    } catch (Refusal e) {
      fail(stream, e.code, e.reason, e.getMessage());
    } catch (RuntimeUnavailableException | IOException e) {
      fail(stream, 500, "InternalError", String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("serving {} failed", request, e);
      fail(stream, 500, "InternalError", String.valueOf(e.getMessage()));
    }
  }

  private static void fail(NodeStream stream, int code, String reason, String message) {
    stream.send(
        Frame.text(
            Frame.ERROR,
            new String(
                Json.bytes(status("Failure", reason, message).put("code", code)),
                StandardCharsets.UTF_8)));
  }

  static ObjectNode status(String status, String reason, String message) {
    ObjectNode node = Json.object().put("kind", "Status").put("apiVersion", "v1");
    node.putObject("metadata");
    node.put("status", status);
    if (!message.isEmpty()) {
      node.put("message", message);
    }
    if (!reason.isEmpty()) {
      node.put("reason", reason);
    }
    return node;
  }

  private void logs(StreamRequest.Logs request, NodeStream stream) throws Refusal, IOException {
    PodManifest pod = pod(request.namespace(), request.pod(), request.podUid());
    List<ContainerState> instances =
        new PodView(pod, runtime.list(pod.uid())).of(request.container());
    List<ContainerState> started =
        instances.stream()
            .filter(i -> i.phase() != ContainerState.Phase.CREATED && !i.name().isEmpty())
            .toList();
    Optional<ContainerState> chosen =
        request.previous()
            ? previous(pod, request.container(), started)
            : started.stream().findFirst();
    if (chosen.isEmpty()) {
      throw new Refusal(
          400,
          "BadRequest",
          (request.previous() ? "previous terminated container \"" : "container \"")
              + request.container()
              + "\" in pod \""
              + request.pod()
              + (request.previous() ? "\" not found" : "\" is waiting to start"));
    }
    Instant since = Instant.EPOCH;
    if (!request.sinceTime().isEmpty()) {
      since = OffsetDateTime.parse(request.sinceTime()).toInstant();
    } else if (request.sinceSeconds() > 0) {
      since = timers.now().wall().minusSeconds(request.sinceSeconds());
    }
    LogQuery query =
        new LogQuery(request.follow(), request.timestamps(), request.tailLines(), since);
    LogPump.run(open(runtime.logs(chosen.get().id(), query)), request.limitBytes(), stream, timers);
  }

  /** What the status calls the last state: also the newest instance, while it waits to restart. */
  private static Optional<ContainerState> previous(
      PodManifest pod, String container, List<ContainerState> started) {
    for (String field : List.of("containerStatuses", "initContainerStatuses")) {
      for (JsonNode status : pod.status().path(field)) {
        String last = status.at("/lastState/terminated/containerID").asText("");
        if (status.path("name").asText().equals(container) && !last.isEmpty()) {
          return started.stream().filter(i -> last.endsWith("://" + i.id())).findFirst();
        }
      }
    }
    return started.stream().skip(1).findFirst();
  }

  private void exec(StreamRequest.Exec request, NodeStream stream) throws Refusal {
    PodManifest pod = pod(request.namespace(), request.pod(), request.podUid());
    StreamOptions options =
        new StreamOptions(request.stdin(), request.stdout(), request.stderr(), request.tty());
    String id = running(pod, request.container());
    ProcessPump.run(
        open(runtime.openExec(id, request.command(), options)), options, stream, timers);
  }

  private void attach(StreamRequest.Attach request, NodeStream stream) throws Refusal {
    PodManifest pod = pod(request.namespace(), request.pod(), request.podUid());
    StreamOptions options =
        new StreamOptions(request.stdin(), request.stdout(), request.stderr(), request.tty());
    String id = running(pod, request.container());
    ProcessPump.run(open(runtime.attach(id, options)), options, stream, timers);
  }

  private void http(StreamRequest.Http request, NodeStream stream) throws Refusal, IOException {
    PodManifest pod = pod(request.namespace(), request.pod(), request.podUid());
    String address =
        pod.spec().hostNetwork()
            ? pod.status().path("hostIP").asText("127.0.0.1")
            : new PodView(pod, runtime.list(pod.uid()))
                .runningSandbox()
                .map(ContainerState::address)
                .orElse("");
    if (address.isEmpty()) {
      throw new Refusal(
          503, "ServiceUnavailable", "pod \"" + request.pod() + "\" has no address yet");
    }
    HttpPump.run(runtime, address, request, stream, timers);
  }

  private PodManifest pod(String namespace, String name, String uid) throws Refusal {
    return pods.find(namespace, name, uid)
        .orElseThrow(
            () -> new Refusal(404, "NotFound", "pod \"" + name + "\" is not on this node"));
  }

  private String running(PodManifest pod, String container) throws Refusal {
    return new PodView(pod, runtime.list(pod.uid()))
        .newest(container)
        .filter(ContainerState::isRunning)
        .map(ContainerState::id)
        .orElseThrow(
            () ->
                new Refusal(
                    400,
                    "BadRequest",
                    "container \""
                        + container
                        + "\" in pod \""
                        + pod.metadata().name()
                        + "\" is not running"));
  }

  private static ContainerStream open(StreamResult result) throws Refusal {
    return switch (result) {
      case StreamResult.Open open -> open.stream();
      case StreamResult.Failed failed ->
          throw new Refusal(
              failed.reason().equals("NotFound") ? 404 : 500, "InternalError", failed.message());
    };
  }

  /** The request cannot be served; told to the client as a Status. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private final int code;
    private final String reason;

    Refusal(int code, String reason, String message) {
      super(message);
      this.code = code;
      this.reason = reason;
    }
  }
}

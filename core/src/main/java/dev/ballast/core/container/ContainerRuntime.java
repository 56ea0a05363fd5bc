package dev.ballast.core.container;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What runs containers on one machine.
 *
 * <p>A pod is one <em>sandbox</em> (it holds the network and IPC namespaces) and containers that
 * join it. The runtime sees only what carries its own scope, so that several agents may share one
 * engine. It decides nothing: it never restarts a container by itself.
 *
 * <p>Level-triggered: create, start, inspect and remove return quickly and may be repeated; what
 * takes long (a pull, a stop with grace) is begun, and then seen in {@link #list}, an event or a
 * call back. Hence an agent runs on simulated time too. Thread-safe. Every method may throw {@link
 * RuntimeUnavailableException}.
 */
public interface ContainerRuntime extends AutoCloseable {

  RuntimeInfo info();

  /** All sandboxes and containers of this scope, exited ones too. */
  List<ContainerState> list();

  /** Those of one pod. */
  List<ContainerState> list(String podUid);

  /** By id or name. */
  Optional<ContainerState> inspect(String id);

  /** What a container takes up on the disk; empty when it is gone. The engine may have to count. */
  Optional<DiskUsage> diskUsage(String id);

  /** Creates a sandbox, not yet started. That its name exists already counts as done. */
  RuntimeResult createSandbox(SandboxSpec spec);

  /** Creates a container, not yet started. That its name exists already counts as done. */
  RuntimeResult createContainer(ContainerSpec spec);

  /** Starts a created container; a running one is left alone. Never starts an exited one. */
  RuntimeResult start(String id);

  /**
   * Begins to stop: the stop signal now, the kill after {@code grace}. A later call with less grace
   * hastens it; stopping what is not there or not running does nothing.
   */
  void stop(String id, Duration grace);

  /** Removes, and kills first if need be. That it is gone already counts as done. */
  RuntimeResult remove(String id);

  /** The image as it lies on this machine. */
  Optional<Image> image(String reference);

  List<Image> images();

  /** Removes an image that no container uses. */
  RuntimeResult removeImage(String id);

  /** Begins a pull; {@code done} is called once, on some thread. Equal pulls may share the work. */
  void pull(String reference, Optional<RegistryLogin> login, Consumer<PullResult> done);

  /** Runs a command in a running container and waits for its end, at most {@code timeout}. */
  ExecResult exec(String id, List<String> command, Duration timeout);

  /** Runs a command in a running container with its streams joined to the caller. */
  StreamResult openExec(String id, List<String> command, StreamOptions options);

  /** Joins the streams of the container's main process. */
  StreamResult attach(String id, StreamOptions options);

  /** What the container has written, and with {@code follow} will write until it ends. */
  StreamResult logs(String id, LogQuery query);

  /**
   * Opens a byte stream to a port of a pod.
   *
   * @throws IOException when nothing answers there within {@code timeout}
   */
  PodConnection dial(String address, int port, Duration timeout) throws IOException;

  /** Tells of every change; the listener must return at once. Close the result to end it. */
  Subscription events(Consumer<RuntimeEvent> listener);

  @Override
  void close();

  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}

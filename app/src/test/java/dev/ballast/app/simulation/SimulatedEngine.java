package dev.ballast.app.simulation;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.DiskUsage;
import dev.ballast.core.container.ExecResult;
import dev.ballast.core.container.Image;
import dev.ballast.core.container.LogQuery;
import dev.ballast.core.container.PodConnection;
import dev.ballast.core.container.PullResult;
import dev.ballast.core.container.RegistryLogin;
import dev.ballast.core.container.RuntimeEvent;
import dev.ballast.core.container.RuntimeInfo;
import dev.ballast.core.container.RuntimeResult;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.container.SandboxSpec;
import dev.ballast.core.container.StreamOptions;
import dev.ballast.core.container.StreamResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The engine as one agent reaches it while it lives; tells of every container that starts. */
final class SimulatedEngine implements ContainerRuntime {

  private final ContainerRuntime engine;
  private final SimulatedProcess process;
  private final Supplier<Duration> slow;
  private final Consumer<ContainerState> started;

  /**
   * @param slow how much longer a pull takes now
   * @param started told of containers, not of sandboxes
   */
  SimulatedEngine(
      ContainerRuntime engine,
      SimulatedProcess process,
      Supplier<Duration> slow,
      Consumer<ContainerState> started) {
    this.engine = engine;
    this.process = process;
    this.slow = slow;
    this.started = started;
  }

  private <T> T step(Supplier<T> call) {
    process.step();
    T result = call.get();
    process.step();
    return result;
  }

  @Override
  public RuntimeInfo info() {
    return step(engine::info);
  }

  @Override
  public List<ContainerState> list() {
    return step(engine::list);
  }

  @Override
  public List<ContainerState> list(String podUid) {
    return step(() -> engine.list(podUid));
  }

  @Override
  public Optional<ContainerState> inspect(String id) {
    return step(() -> engine.inspect(id));
  }

  @Override
  public Optional<DiskUsage> diskUsage(String id) {
    return step(() -> engine.diskUsage(id));
  }

  @Override
  public RuntimeResult createSandbox(SandboxSpec spec) {
    return step(() -> engine.createSandbox(spec));
  }

  @Override
  public RuntimeResult createContainer(ContainerSpec spec) {
    return step(() -> engine.createContainer(spec));
  }

  @Override
  public RuntimeResult start(String id) {
    process.step();
    Optional<ContainerState> before = engine.inspect(id);
    RuntimeResult result = engine.start(id);
    before
        .filter(container -> !container.isSandbox() && result instanceof RuntimeResult.Done)
        .filter(container -> container.phase() == ContainerState.Phase.CREATED)
        .ifPresent(started);
    process.step();
    return result;
  }

  @Override
  public void stop(String id, Duration grace) {
    process.step();
    engine.stop(id, grace);
    process.step();
  }

  @Override
  public RuntimeResult remove(String id) {
    return step(() -> engine.remove(id));
  }

  @Override
  public Optional<Image> image(String reference) {
    return step(() -> engine.image(reference));
  }

  @Override
  public List<Image> images() {
    return step(engine::images);
  }

  @Override
  public RuntimeResult removeImage(String id) {
    return step(() -> engine.removeImage(id));
  }

  @Override
  public void pull(String reference, Optional<RegistryLogin> login, Consumer<PullResult> done) {
    process.step();
    process.schedule(
        slow.get(),
        () -> {
          try {
            engine.pull(reference, login, result -> process.execute(() -> done.accept(result)));
          } catch (RuntimeUnavailableException down) {
            done.accept(new PullResult.Failed("ErrImagePull", down.getMessage()));
          }
        });
  }

  @Override
  public ExecResult exec(String id, List<String> command, Duration timeout) {
    return step(() -> engine.exec(id, command, timeout));
  }

  @Override
  public StreamResult openExec(String id, List<String> command, StreamOptions options) {
    return engine.openExec(id, command, options);
  }

  @Override
  public StreamResult attach(String id, StreamOptions options) {
    return engine.attach(id, options);
  }

  @Override
  public StreamResult logs(String id, LogQuery query) {
    return engine.logs(id, query);
  }

  @Override
  public PodConnection dial(String address, int port, Duration timeout) throws IOException {
    return engine.dial(address, port, timeout);
  }

  @Override
  public Subscription events(Consumer<RuntimeEvent> listener) {
    return engine.events(listener);
  }

  @Override
  public void close() {}
}

package dev.ballast.executor.simulated;

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
import dev.ballast.core.container.SandboxSpec;
import dev.ballast.core.container.StreamOptions;
import dev.ballast.core.container.StreamResult;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Containers that only seem to run. Deterministic: ids are counted, everything that takes time is
 * deferred on the timers. Whether a container ends by itself is its {@link Behaviour}. Faults are
 * injected with {@link #down}, {@link #loseEvents}, {@link #refuse}, {@link #kill}, {@link
 * #restartEngine}. Thread-safe.
 */
public final class SimulatedRuntime implements ContainerRuntime {

  private static final int TERMINATED = 143;
  private static final int KILLED = 137;

  private final SimulatedMachine machine;
  private final Timers timers;
  private final SimulatedInstances instances;
  private final Map<String, Map<String, String>> behaviours = new LinkedHashMap<>();
  private final SimulatedImages images = new SimulatedImages();
  private final SimulatedFaults faults = new SimulatedFaults();
  private final List<Consumer<RuntimeEvent>> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param scope names this machine; addresses of its pods are derived from it
   */
  public SimulatedRuntime(String scope, SimulatedMachine machine, Timers timers) {
    this.instances = new SimulatedInstances(scope);
    this.machine = machine;
    this.timers = timers;
  }

  /** Lets every call fail until it is set back. */
  public synchronized void down(boolean isDown) {
    faults.down(isDown);
  }

  /** Swallows events until it is set back. */
  public synchronized void loseEvents(boolean isLosing) {
    faults.loseEvents(isLosing);
  }

  /** Refuses an operation (createSandbox, createContainer, start) the next time. */
  public synchronized void refuse(String operation) {
    faults.refuse(operation);
  }

  /** Ends a running instance from outside. */
  public synchronized void kill(String id, int exitCode) {
    Simulated instance = instances.get(id);
    if (instance != null) {
      end(instance, exitCode, false);
    }
  }

  /** As an engine without live-restore: everything that runs dies. */
  public synchronized void restartEngine() {
    instances.all().forEach(each -> kill(each.state().id(), KILLED));
  }

  @Override
  public synchronized RuntimeInfo info() {
    faults.check();
    return machine.info();
  }

  @Override
  public synchronized List<ContainerState> list() {
    faults.check();
    return instances.all().stream().map(Simulated::state).toList();
  }

  @Override
  public synchronized List<ContainerState> list(String podUid) {
    return list().stream().filter(state -> state.pod().uid().equals(podUid)).toList();
  }

  @Override
  public synchronized Optional<ContainerState> inspect(String id) {
    return find(id).map(Simulated::state);
  }

  @Override
  public synchronized Optional<DiskUsage> diskUsage(String id) {
    return find(id).map(i -> new DiskUsage(i.behaviour().writtenBytes(), 0));
  }

  private Optional<Simulated> find(String id) {
    faults.check();
    return instances.find(id);
  }

  @Override
  public synchronized RuntimeResult createSandbox(SandboxSpec spec) {
    Optional<RuntimeResult> fault = faults.of("createSandbox");
    if (fault.isPresent()) {
      return fault.get();
    }
    behaviours.put(spec.pod().uid(), spec.labels());
    Optional<Simulated> twin = find(spec.name());
    if (twin.isPresent()) {
      return new RuntimeResult.Done(twin.get().state().id());
    }
    String id = instances.nextId();
    instances.add(Simulated.sandbox(id, spec, instances.address(), timers.now().wall()));
    return new RuntimeResult.Done(id);
  }

  @Override
  public synchronized RuntimeResult createContainer(ContainerSpec spec) {
    Optional<RuntimeResult> fault = faults.of("createContainer");
    if (fault.isPresent()) {
      return fault.get();
    }
    Optional<Simulated> twin = find(spec.name());
    if (twin.isPresent()) {
      return new RuntimeResult.Done(twin.get().state().id());
    }
    Optional<Image> image = image(spec.image());
    if (image.isEmpty()) {
      return new RuntimeResult.Refused("ImageNotFound", "No such image: " + spec.image());
    }
    String annotated =
        behaviours
            .getOrDefault(spec.pod().uid(), Map.of())
            .get(Behaviour.ANNOTATION + spec.container());
    Behaviour behaviour = Behaviour.parse(annotated == null ? spec.image() : annotated);
    String id = instances.nextId();
    instances.add(Simulated.container(id, spec, image.get().id(), behaviour, timers.now().wall()));
    return new RuntimeResult.Done(id);
  }

  @Override
  public synchronized RuntimeResult start(String id) {
    Optional<RuntimeResult> fault = faults.of("start");
    if (fault.isPresent()) {
      return fault.get();
    }
    Optional<Simulated> found = find(id);
    if (found.isEmpty()) {
      return new RuntimeResult.Refused("NotFound", "No such container: " + id);
    }
    Simulated instance = found.get();
    return switch (instance.state().phase()) {
      case RUNNING -> new RuntimeResult.Done(id);
      case EXITED ->
          new RuntimeResult.Refused("Conflict", instance.state().name() + " has already run");
      case CREATED -> {
        instance.start(timers.now().wall());
        tell(instance);
        Behaviour behaviour = instance.behaviour();
        behaviour
            .exitCode()
            .ifPresent(
                code ->
                    timers.schedule(
                        behaviour.after().plus(machine.start()),
                        () -> end(instance, code, behaviour.oom())));
        yield new RuntimeResult.Done(id);
      }
    };
  }

  private synchronized void end(Simulated instance, int code, boolean oom) {
    if (instance.state().isRunning()) {
      instance.exit(code, oom, timers.now().wall());
      tell(instance);
    }
  }

  private void tell(Simulated instance) {
    if (!faults.losesEvents()) {
      RuntimeEvent event = new RuntimeEvent(instance.state().pod().uid());
      listeners.forEach(listener -> timers.execute(() -> listener.accept(event)));
    }
  }

  /** A simulated process ends at once on the stop signal, or is killed when it has no grace. */
  @Override
  public synchronized void stop(String id, Duration grace) {
    faults.check();
    Simulated instance = instances.get(id);
    if (instance != null) {
      timers.execute(() -> end(instance, grace.isZero() ? KILLED : TERMINATED, false));
    }
  }

  @Override
  public synchronized RuntimeResult remove(String id) {
    faults.check();
    Simulated instance = instances.get(id);
    if (instance != null) {
      end(instance, KILLED, false);
      instances.remove(id);
      tell(instance);
    }
    return new RuntimeResult.Done(id);
  }

  @Override
  public synchronized Optional<Image> image(String reference) {
    faults.check();
    return images.find(reference);
  }

  @Override
  public synchronized List<Image> images() {
    faults.check();
    return images.all();
  }

  @Override
  public synchronized RuntimeResult removeImage(String id) {
    faults.check();
    images.remove(id);
    return new RuntimeResult.Done(id);
  }

  @Override
  public synchronized void pull(
      String reference, Optional<RegistryLogin> login, Consumer<PullResult> done) {
    faults.check();
    timers.schedule(machine.pull(), () -> done.accept(pulled(reference)));
  }

  private synchronized PullResult pulled(String reference) {
    return images.pull(reference, faults.isDown());
  }

  @Override
  public synchronized ExecResult exec(String id, List<String> command, Duration timeout) {
    return find(id).filter(i -> i.state().isRunning()).isPresent()
        ? new ExecResult.Exited(0, "")
        : new ExecResult.Failed("container " + id + " is not running");
  }

  @Override
  public synchronized StreamResult openExec(
      String id, List<String> command, StreamOptions options) {
    return SimulatedOutput.said(
        id, find(id), "simulated: " + String.join(" ", command) + " was not really run\n");
  }

  @Override
  public synchronized StreamResult attach(String id, StreamOptions options) {
    return SimulatedOutput.said(id, find(id), "simulated: nothing really runs here\n");
  }

  @Override
  public synchronized StreamResult logs(String id, LogQuery query) {
    return SimulatedOutput.logs(id, find(id), query);
  }

  @Override
  public synchronized PodConnection dial(String address, int port, Duration timeout)
      throws IOException {
    faults.check();
    return instances.all().stream()
        .map(Simulated::state)
        .filter(s -> s.isSandbox() && s.isRunning() && s.address().equals(address))
        .findFirst()
        .map(s -> SimulatedPage.of(s.pod().toString()))
        .orElseThrow(() -> new ConnectException("connection refused"));
  }

  @Override
  public Subscription events(Consumer<RuntimeEvent> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    listeners.clear();
  }
}

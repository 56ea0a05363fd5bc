package dev.ballast.executor.docker;

import com.github.dockerjava.api.exception.NotFoundException;
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
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers on a Docker engine.
 *
 * <p>What happens to containers is in {@link Lives}. Thread-safe.
 */
public final class DockerRuntime implements ContainerRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(DockerRuntime.class);

  private final Engine engine;
  private final String scope;
  private final String network;
  private final Timers timers;
  private final Streams streams;
  private final Images images;
  private final Pulls pulls;
  private final WarmNetworks networks;
  private final Instances instances;
  private final Lives lives;

  private DockerRuntime(Engine engine, String scope, String network, Timers timers, int ahead) {
    this.engine = engine;
    this.scope = scope;
    this.network = network;
    this.timers = timers;
    this.streams = new Streams(engine, timers);
    this.images = new Images(engine, timers);
    this.pulls = new Pulls(engine, timers, images::ask);
    this.networks = new WarmNetworks(engine, scope, network, timers, ahead);
    this.instances = new Instances(engine, scope, networks);
    this.lives = new Lives(engine, scope, timers, networks, instances, images);
  }

  /**
   * @param host {@code unix:///path} or {@code tcp://host:port}
   * @param scope names the agent's containers among those of others on the same engine
   * @param network the Docker network that pods join, {@code bridge} for the default one
   * @throws RuntimeUnavailableException when no engine answers there, or one that is too old
   */
  public static DockerRuntime connect(URI host, String scope, String network, Timers timers) {
    return connect(host, scope, network, timers, WarmNetworks.SIZE);
  }

  /**
   * @param ahead how many networks are kept ready for pods to come (ADR 32)
   */
  public static DockerRuntime connect(
      URI host, String scope, String network, Timers timers, int ahead) {
    DockerRuntime runtime = new DockerRuntime(Engine.connect(host), scope, network, timers, ahead);
    runtime.images.ensurePauseImage();
    runtime.networks.open(runtime.instances.unclaimed());
    return runtime;
  }

  WarmNetworks networks() {
    return networks;
  }

  /** The number of a running instance's main process. */
  long processOf(String id) {
    return engine.ask(() -> engine.quick().inspectContainerCmd(id).exec()).getState().getPidLong();
  }

  @Override
  public RuntimeInfo info() {
    return engine.ask(() -> Machine.describe(engine.quick(), network));
  }

  @Override
  public List<ContainerState> list() {
    return instances.list();
  }

  @Override
  public List<ContainerState> list(String podUid) {
    return instances.list(podUid);
  }

  @Override
  public Optional<ContainerState> inspect(String id) {
    return instances.inspect(id);
  }

  @Override
  public Optional<DiskUsage> diskUsage(String id) {
    return instances.diskUsage(id);
  }

  @Override
  public RuntimeResult createSandbox(SandboxSpec spec) {
    Optional<Network> taken = networks.take(spec);
    RuntimeResult result =
        lives.create(
            spec.name(),
            PauseImage.REFERENCE,
            command -> Specs.fill(command, spec, scope, network, taken));
    taken.ifPresent(
        ahead -> {
          if (result instanceof RuntimeResult.Done done && lives.isFresh(done.id())) {
            networks.taken(done.id(), ahead.id(), spec.pod().uid());
          } else {
            networks.giveBack(ahead);
          }
        });
    return result;
  }

  @Override
  public RuntimeResult createContainer(ContainerSpec spec) {
    String appArmor = spec.security().appArmor();
    if (!appArmor.isEmpty() && !appArmor.equals("unconfined") && !enforcesAppArmor()) {
      return new RuntimeResult.Refused(
          "Invalid",
          "Cannot enforce AppArmor profile \""
              + appArmor
              + "\": AppArmor is not enabled on the host");
    }
    return lives.create(spec.name(), spec.image(), command -> Specs.fill(command, spec, scope));
  }

  /** An engine without AppArmor ignores a profile in silence. */
  private boolean enforcesAppArmor() {
    List<String> options = engine.ask(() -> engine.quick().infoCmd().exec()).getSecurityOptions();
    return options != null && options.stream().anyMatch(o -> o.contains("name=apparmor"));
  }

  @Override
  public RuntimeResult start(String id) {
    return lives.start(id);
  }

  @Override
  public void stop(String id, Duration grace) {
    lives.stop(id, grace);
  }

  @Override
  public RuntimeResult remove(String id) {
    return lives.remove(id);
  }

  @Override
  public Optional<Image> image(String reference) {
    return images.find(reference);
  }

  @Override
  public List<Image> images() {
    return images.all();
  }

  @Override
  public RuntimeResult removeImage(String id) {
    return images.remove(id);
  }

  @Override
  public void pull(String reference, Optional<RegistryLogin> login, Consumer<PullResult> done) {
    pulls.begin(reference, login, done);
  }

  @Override
  public ExecResult exec(String id, List<String> command, Duration timeout) {
    return streams.run(id, command, timeout);
  }

  @Override
  public StreamResult openExec(String id, List<String> command, StreamOptions options) {
    return streams.exec(id, command, options);
  }

  @Override
  public StreamResult attach(String id, StreamOptions options) {
    return streams.attach(id, options);
  }

  @Override
  public StreamResult logs(String id, LogQuery query) {
    try {
      Boolean tty =
          engine.ask(() -> engine.quick().inspectContainerCmd(id).exec()).getConfig().getTty();
      return streams.logs(id, query, Boolean.TRUE.equals(tty));
    } catch (NotFoundException e) {
      return new StreamResult.Failed("NotFound", Answers.words(e));
    }
  }

  @Override
  public PodConnection dial(String address, int port, Duration timeout) throws IOException {
    return SocketConnection.open(address, port, timeout);
  }

  @Override
  public Subscription events(Consumer<RuntimeEvent> listener) {
    return new EventFeed(engine, scope, timers, networks, listener);
  }

  @Override
  public void close() {
    networks.close();
    engine.close();
  }
}

package dev.ballast.executor.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
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
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers on a Docker engine.
 *
 * <p>Invariant: a container is started at most once in its life; what exited gets a successor under
 * another name. Thread-safe.
 */
public final class DockerRuntime implements ContainerRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(DockerRuntime.class);

  /** How long an image that was there is taken to be there still; creating it finds out. */
  private static final Duration IMAGE_STAYS = Duration.ofSeconds(2);

  /** How long a sandbox's program, a few instructions, may take to move into its network. */
  private static final Duration MOVES = Duration.ofSeconds(5);

  private final Engine engine;
  private final String scope;
  private final String network;
  private final Timers timers;
  private final Streams streams;
  private final Pulls pulls;
  private final WarmNetworks networks;
  private final Instances instances;

  /** Created by this process and not yet started: the engine need not be asked whether they ran. */
  private final Set<String> fresh = ConcurrentHashMap.newKeySet();

  private final Map<String, Present> images = new ConcurrentHashMap<>();

  private record Present(Image image, Now at) {}

  private DockerRuntime(Engine engine, String scope, String network, Timers timers, int ahead) {
    this.engine = engine;
    this.scope = scope;
    this.network = network;
    this.timers = timers;
    this.streams = new Streams(engine, timers);
    this.pulls = new Pulls(engine, timers, this::askForImage);
    this.networks = new WarmNetworks(engine, scope, network, timers, ahead);
    this.instances = new Instances(engine, scope, networks);
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
    runtime.ensurePauseImage();
    runtime.networks.open();
    return runtime;
  }

  WarmNetworks networks() {
    return networks;
  }

  /** The number of a running instance's main process. */
  long processOf(String id) {
    return engine.ask(() -> engine.quick().inspectContainerCmd(id).exec()).getState().getPidLong();
  }

  private void ensurePauseImage() {
    String reference = PauseImage.REFERENCE;
    if (image(reference).isPresent()) {
      return;
    }
    String architecture = engine.quick().infoCmd().exec().getArchitecture();
    byte[] tar =
        PauseImage.tar(architecture)
            .orElseThrow(
                () ->
                    new RuntimeUnavailableException(
                        "no pause program for processor "
                            + architecture
                            + ": provide an image "
                            + reference
                            + " whose "
                            + PauseImage.PROGRAM
                            + " waits for ever",
                        null));
    engine.importImage(reference, tar);
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
    Optional<WarmNetworks.Network> taken = networks.take(spec);
    RuntimeResult result =
        create(
            spec.name(),
            PauseImage.REFERENCE,
            command -> Specs.fill(command, spec, scope, network, taken));
    taken.ifPresent(
        ahead -> {
          if (result instanceof RuntimeResult.Done done && fresh.contains(done.id())) {
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
    return create(spec.name(), spec.image(), command -> Specs.fill(command, spec, scope));
  }

  /** An engine without AppArmor ignores a profile in silence. */
  private boolean enforcesAppArmor() {
    List<String> options = engine.ask(() -> engine.quick().infoCmd().exec()).getSecurityOptions();
    return options != null && options.stream().anyMatch(o -> o.contains("name=apparmor"));
  }

  private RuntimeResult create(String name, String image, Consumer<CreateContainerCmd> fill) {
    networks.begin();
    try {
      return engine.ask(
          () -> {
            CreateContainerCmd command = engine.quick().createContainerCmd(image);
            fill.accept(command);
            String id = command.exec().getId();
            fresh.add(id);
            return new RuntimeResult.Done(id);
          });
    } catch (ConflictException e) {
      return existing(name, e);
    } catch (NotFoundException e) {
      images.remove(image);
      return new RuntimeResult.Refused("ImageNotFound", Answers.words(e));
    } catch (DockerException | IllegalArgumentException e) {
      return new RuntimeResult.Refused("Invalid", Answers.words(e));
    } finally {
      networks.end();
    }
  }

  private RuntimeResult existing(String name, ConflictException conflict) {
    try {
      InspectContainerResponse found =
          engine.ask(() -> engine.quick().inspectContainerCmd(name).exec());
      return scope.equals(found.getConfig().getLabels().get(Labels.SCOPE))
          ? new RuntimeResult.Done(found.getId())
          : new RuntimeResult.Refused("Conflict", Answers.words(conflict));
    } catch (NotFoundException e) {
      return new RuntimeResult.Refused("Conflict", Answers.words(conflict));
    }
  }

  @Override
  public RuntimeResult start(String id) {
    networks.begin();
    try {
      if (!fresh.remove(id)) {
        Optional<ContainerState> state = inspect(id);
        if (state.isPresent() && state.get().isExited()) {
          return new RuntimeResult.Refused("Conflict", state.get().name() + " has already run");
        }
      }
      engine.ask(() -> engine.quick().startContainerCmd(id).exec());
      return started(id);
    } catch (NotModifiedException e) {
      return started(id);
    } catch (NotFoundException e) {
      // Also what the engine answers when the program to run does not exist in the image.
      return inspect(id).isEmpty()
          ? new RuntimeResult.Refused("NotFound", Answers.words(e))
          : new RuntimeResult.Refused("StartFailed", Answers.words(e));
    } catch (DockerException e) {
      return new RuntimeResult.Refused("StartFailed", Answers.words(e));
    } finally {
      networks.end();
    }
  }

  /** A sandbox must have moved into its network before anything may join it. */
  private RuntimeResult started(String id) {
    Now begun = timers.now();
    while (networks.serves(id)) {
      Optional<ContainerState> state = inspect(id);
      if (state.filter(ContainerState::isRunning).isPresent()) {
        break;
      }
      boolean late = timers.now().since(begun).compareTo(MOVES) > 0;
      if (late || state.filter(s -> !s.isExited()).isEmpty()) {
        return new RuntimeResult.Refused("StartFailed", "the sandbox has no network");
      }
    }
    return new RuntimeResult.Done(id);
  }

  @Override
  public void stop(String id, Duration grace) {
    timers.execute(
        () -> {
          try {
            engine.ask(
                () ->
                    engine
                        .patient()
                        .stopContainerCmd(id)
                        .withTimeout((int) Math.max(0, grace.toSeconds()))
                        .exec());
          } catch (NotFoundException | NotModifiedException e) {
            LOG.debug("{} was stopped before", id);
          } catch (RuntimeException e) {
            LOG.warn("stopping {} failed, the agent will try again", id, e);
          }
        });
  }

  @Override
  public RuntimeResult remove(String id) {
    try {
      engine.ask(
          () ->
              engine.quick().removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec());
    } catch (NotFoundException e) {
      LOG.debug("{} was removed before", id);
    } catch (ConflictException e) {
      LOG.debug("{} is being removed", id);
    } catch (DockerException e) {
      return new RuntimeResult.Refused("Invalid", Answers.words(e));
    }
    fresh.remove(id);
    instances.forget(id);
    networks.released(id);
    return new RuntimeResult.Done(id);
  }

  @Override
  public Optional<Image> image(String reference) {
    Now now = timers.now();
    Present known = images.get(reference);
    if (known != null && now.since(known.at()).compareTo(IMAGE_STAYS) < 0) {
      return Optional.of(known.image());
    }
    Optional<Image> found = askForImage(reference);
    found.ifPresentOrElse(
        image -> images.put(reference, new Present(image, now)), () -> images.remove(reference));
    return found;
  }

  private Optional<Image> askForImage(String reference) {
    images.remove(reference);
    try {
      InspectImageResponse found =
          engine.ask(() -> engine.quick().inspectImageCmd(reference).exec());
      String user = found.getConfig() == null ? null : found.getConfig().getUser();
      return Optional.of(
          new Image(
              found.getId(),
              nonNull(found.getRepoTags()),
              nonNull(found.getRepoDigests()),
              found.getSize() == null ? 0 : found.getSize(),
              user == null ? "" : user));
    } catch (NotFoundException e) {
      return Optional.empty();
    } catch (DockerException e) {
      LOG.debug("no image {}", reference, e);
      return Optional.empty();
    }
  }

  private static List<String> nonNull(List<String> list) {
    return list == null ? List.of() : list;
  }

  @Override
  public List<Image> images() {
    DockerClient quick = engine.quick();
    return engine.ask(() -> quick.listImagesCmd().exec()).stream()
        .map(
            image ->
                new Image(
                    image.getId(),
                    image.getRepoTags() == null ? List.of() : List.of(image.getRepoTags()),
                    image.getRepoDigests() == null ? List.of() : List.of(image.getRepoDigests()),
                    image.getSize() == null ? 0 : image.getSize(),
                    ""))
        .toList();
  }

  @Override
  public RuntimeResult removeImage(String id) {
    images.clear();
    try {
      engine.ask(() -> engine.quick().removeImageCmd(id).exec());
      return new RuntimeResult.Done(id);
    } catch (NotFoundException e) {
      return new RuntimeResult.Done(id);
    } catch (DockerException e) {
      return new RuntimeResult.Refused("Conflict", Answers.words(e));
    }
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

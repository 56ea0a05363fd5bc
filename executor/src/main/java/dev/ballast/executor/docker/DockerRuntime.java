package dev.ballast.executor.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.ContainerState;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers on a Docker engine.
 *
 * <p>Invariant: a container is started at most once in its life; what exited gets a successor under
 * another name. So the states of exited containers are kept and not asked for again. Thread-safe.
 */
public final class DockerRuntime implements ContainerRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(DockerRuntime.class);

  private final Engine engine;
  private final String scope;
  private final String network;
  private final Timers timers;
  private final Streams streams;
  private final Pulls pulls;
  private final Map<String, ContainerState> exited = new ConcurrentHashMap<>();

  private DockerRuntime(Engine engine, String scope, String network, Timers timers) {
    this.engine = engine;
    this.scope = scope;
    this.network = network;
    this.timers = timers;
    this.streams = new Streams(engine, timers);
    this.pulls = new Pulls(engine, timers, this::image);
  }

  /**
   * @param host {@code unix:///path} or {@code tcp://host:port}
   * @param scope names the agent's containers among those of others on the same engine
   * @param network the Docker network that pods join, {@code bridge} for the default one
   * @throws RuntimeUnavailableException when no engine answers there, or one that is too old
   */
  public static DockerRuntime connect(URI host, String scope, String network, Timers timers) {
    DockerRuntime runtime = new DockerRuntime(Engine.connect(host), scope, network, timers);
    runtime.ensurePauseImage();
    return runtime;
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
    return list(Map.of(Labels.SCOPE, scope));
  }

  @Override
  public List<ContainerState> list(String podUid) {
    return list(Map.of(Labels.SCOPE, scope, Labels.UID, podUid));
  }

  private List<ContainerState> list(Map<String, String> labels) {
    List<Container> found =
        engine.ask(
            () ->
                engine
                    .quick()
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(labels)
                    .exec());
    List<ContainerState> states = new ArrayList<>();
    found.forEach(each -> inspect(each.getId()).ifPresent(states::add));
    return states;
  }

  @Override
  public Optional<ContainerState> inspect(String id) {
    ContainerState known = exited.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    try {
      ContainerState state =
          States.of(engine.ask(() -> engine.quick().inspectContainerCmd(id).exec()));
      if (state.isExited()) {
        exited.put(state.id(), state);
      }
      return Optional.of(state);
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public RuntimeResult createSandbox(SandboxSpec spec) {
    return create(
        spec.name(), PauseImage.REFERENCE, command -> Specs.fill(command, spec, scope, network));
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
    try {
      return engine.ask(
          () -> {
            CreateContainerCmd command = engine.quick().createContainerCmd(image);
            fill.accept(command);
            return new RuntimeResult.Done(command.exec().getId());
          });
    } catch (ConflictException e) {
      return existing(name, e);
    } catch (NotFoundException e) {
      return new RuntimeResult.Refused("ImageNotFound", message(e));
    } catch (DockerException | IllegalArgumentException e) {
      return new RuntimeResult.Refused("Invalid", message(e));
    }
  }

  private RuntimeResult existing(String name, ConflictException conflict) {
    try {
      InspectContainerResponse found =
          engine.ask(() -> engine.quick().inspectContainerCmd(name).exec());
      return scope.equals(found.getConfig().getLabels().get(Labels.SCOPE))
          ? new RuntimeResult.Done(found.getId())
          : new RuntimeResult.Refused("Conflict", message(conflict));
    } catch (NotFoundException e) {
      return new RuntimeResult.Refused("Conflict", message(conflict));
    }
  }

  @Override
  public RuntimeResult start(String id) {
    try {
      Optional<ContainerState> state = inspect(id);
      if (state.isPresent() && state.get().isExited()) {
        return new RuntimeResult.Refused("Conflict", state.get().name() + " has already run");
      }
      engine.ask(() -> engine.quick().startContainerCmd(id).exec());
      return new RuntimeResult.Done(id);
    } catch (NotModifiedException e) {
      return new RuntimeResult.Done(id);
    } catch (NotFoundException e) {
      // Also what the engine answers when the program to run does not exist in the image.
      return inspect(id).isEmpty()
          ? new RuntimeResult.Refused("NotFound", message(e))
          : new RuntimeResult.Refused("StartFailed", message(e));
    } catch (DockerException e) {
      return new RuntimeResult.Refused("StartFailed", message(e));
    }
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
      return new RuntimeResult.Refused("Invalid", message(e));
    }
    exited.remove(id);
    return new RuntimeResult.Done(id);
  }

  @Override
  public Optional<Image> image(String reference) {
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
    try {
      engine.ask(() -> engine.quick().removeImageCmd(id).exec());
      return new RuntimeResult.Done(id);
    } catch (NotFoundException e) {
      return new RuntimeResult.Done(id);
    } catch (DockerException e) {
      return new RuntimeResult.Refused("Conflict", message(e));
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
      return new StreamResult.Failed("NotFound", message(e));
    }
  }

  @Override
  public PodConnection dial(String address, int port, Duration timeout) throws IOException {
    return SocketConnection.open(address, port, timeout);
  }

  @Override
  public Subscription events(Consumer<RuntimeEvent> listener) {
    return new EventFeed(engine, scope, timers, listener);
  }

  /** The engine's words without docker-java's "Status 404: " and JSON around them. */
  private static String message(RuntimeException e) {
    String text = String.valueOf(e.getMessage()).strip();
    int begin = text.indexOf("{\"message\":\"");
    int end = text.lastIndexOf("\"}");
    return begin >= 0 && end > begin
        ? text.substring(begin + 12, end).replace("\\\"", "\"").replace("\\n", " ").strip()
        : text;
  }

  @Override
  public void close() {
    engine.close();
  }
}

package dev.ballast.executor.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.RuntimeResult;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers from their creation to their removal. Invariant: one is started at most once in its
 * life; what exited gets a successor under another name. Thread-safe.
 */
final class Lives {

  private static final Logger LOG = LoggerFactory.getLogger(Lives.class);

  /** How long a sandbox's program, a few instructions, may take to move into its network. */
  private static final Duration MOVES = Duration.ofSeconds(5);

  private final Engine engine;
  private final String scope;
  private final Timers timers;
  private final WarmNetworks networks;
  private final Instances instances;
  private final Images images;

  /** Created by this process and not yet started: the engine need not be asked whether they ran. */
  private final Set<String> fresh = ConcurrentHashMap.newKeySet();

  Lives(
      Engine engine,
      String scope,
      Timers timers,
      WarmNetworks networks,
      Instances instances,
      Images images) {
    this.engine = engine;
    this.scope = scope;
    this.timers = timers;
    this.networks = networks;
    this.instances = instances;
    this.images = images;
  }

  boolean isFresh(String id) {
    return fresh.contains(id);
  }

  /** That the name exists already, and is ours, counts as done. */
  RuntimeResult create(String name, String image, Consumer<CreateContainerCmd> fill) {
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
      images.forget(image);
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

  RuntimeResult start(String id) {
    networks.begin();
    try {
      if (!fresh.remove(id)) {
        Optional<ContainerState> state = instances.inspect(id);
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
      return instances.inspect(id).isEmpty()
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
      Optional<ContainerState> state = instances.inspect(id);
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

  void stop(String id, Duration grace) {
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

  RuntimeResult remove(String id) {
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
}

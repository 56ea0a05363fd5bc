package dev.ballast.executor.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.ContainerState.Phase;
import dev.ballast.core.container.DiskUsage;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of one scope as the engine sees them, asked for no oftener than is needed. A
 * container is started at most once in its life, so while the engine's list says that it runs
 * nothing else about it changes, and once it has exited nothing does at all. Thread-safe.
 */
final class Instances {

  /**
   * @param pid of its main process
   * @param namespace of the network that a sandbox was to move into
   */
  private record Seen(ContainerState state, long pid, Optional<Path> namespace) {

    /** A sandbox runs once it holds its network, and has ended when that is gone. */
    ContainerState now() {
      if (namespace.isEmpty() || !state.isRunning()) {
        return state;
      }
      return switch (Network.link(pid, namespace.get())) {
        case HELD -> state;
        case NOT_YET -> States.in(Phase.CREATED, state);
        case GONE -> States.in(Phase.EXITED, state);
      };
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Instances.class);

  private final Engine engine;
  private final String scope;
  private final WarmNetworks networks;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  Instances(Engine engine, String scope, WarmNetworks networks) {
    this.engine = engine;
    this.scope = scope;
    this.networks = networks;
  }

  /** All of them; also tidies up what belongs to none of them. */
  List<ContainerState> list() {
    List<Container> found = list(Map.of(Labels.SCOPE, scope));
    Set<String> ids = new HashSet<>();
    Set<String> holders = new HashSet<>();
    Set<String> claimed = new HashSet<>();
    for (Container each : found) {
      ids.add(each.getId());
      if (Labels.isHolder(each.getLabels())) {
        holders.add(each.getId());
      }
      claimed.add(each.getLabels().getOrDefault(Labels.NETWORK, ""));
    }
    seen.keySet().retainAll(ids);
    networks.prune(holders, claimed);
    return states(found);
  }

  /** The networks' holders that no sandbox names. */
  Set<String> unclaimed() {
    Set<String> holders = new HashSet<>();
    Set<String> claimed = new HashSet<>();
    for (Container each : list(Map.of(Labels.SCOPE, scope))) {
      if (Labels.isHolder(each.getLabels())) {
        holders.add(each.getId());
      }
      claimed.add(each.getLabels().getOrDefault(Labels.NETWORK, ""));
    }
    holders.removeAll(claimed);
    return holders;
  }

  List<ContainerState> list(String podUid) {
    return states(list(Map.of(Labels.SCOPE, scope, Labels.UID, podUid)));
  }

  private List<Container> list(Map<String, String> labels) {
    return engine.ask(
        () -> engine.quick().listContainersCmd().withShowAll(true).withLabelFilter(labels).exec());
  }

  private List<ContainerState> states(List<Container> found) {
    List<ContainerState> states = new ArrayList<>();
    for (Container each : found) {
      if (!Labels.isHolder(each.getLabels())) {
        Seen before = seen.get(each.getId());
        boolean same =
            before != null && before.state().isRunning() && "running".equals(each.getState());
        (same ? Optional.of(before.now()) : inspect(each.getId())).ifPresent(states::add);
      }
    }
    return states;
  }

  Optional<ContainerState> inspect(String id) {
    Seen before = seen.get(id);
    if (before != null && before.state().isExited()) {
      return Optional.of(before.state());
    }
    try {
      InspectContainerResponse found =
          engine.ask(() -> engine.quick().inspectContainerCmd(id).exec());
      ContainerState state = States.of(found);
      Map<String, String> labels = found.getConfig().getLabels();
      String network = labels.getOrDefault(Labels.NETWORK, "");
      if (!network.isEmpty()) {
        networks.taken(state.id(), network, state.pod().uid());
      }
      Long pid = found.getState().getPidLong();
      Seen now =
          new Seen(
              state,
              pid == null ? 0 : pid,
              Optional.ofNullable(labels.get(Labels.NETWORK_PATH)).map(Path::of));
      seen.put(state.id(), now);
      return Optional.of(now.now());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  Optional<DiskUsage> diskUsage(String id) {
    try {
      InspectContainerResponse found =
          engine.ask(() -> engine.quick().inspectContainerCmd(id).withSize(true).exec());
      long writable = found.getSizeRw() == null ? 0 : found.getSizeRw();
      return Optional.of(new DiskUsage(writable, logBytes(found.getLogPath())));
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /** A rotated log's older files have its name with more behind it. */
  private static long logBytes(String path) {
    if (path == null || path.isEmpty()) {
      return 0;
    }
    Path log = Path.of(path);
    try (var files = Files.newDirectoryStream(log.getParent(), log.getFileName() + "*")) {
      long sum = 0;
      for (Path file : files) {
        sum += Files.size(file);
      }
      return sum;
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("size of the log {} is unknown", path, e);
      return 0;
    }
  }

  void forget(String id) {
    seen.remove(id);
  }
}

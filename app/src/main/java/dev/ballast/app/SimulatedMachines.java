package dev.ballast.app;

import dev.ballast.core.model.Node;
import dev.ballast.core.time.Timers;
import dev.ballast.elasticpool.claim.Karpenter;
import dev.ballast.elasticpool.kwok.KwokHost;
import dev.ballast.executor.agent.AgentConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines of pools, each an agent in this process that only simulates its containers. What
 * makes it the same after a restart, its key above all, is in {@code kwok/NAME} of the data
 * directory. Used by one thread at a time.
 */
final class SimulatedMachines implements KwokHost.Simulator {

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedMachines.class);

  private final Agents agents;
  private final URI server;
  private final Path directory;
  private final Timers timers;

  SimulatedMachines(Agents agents, URI server, Path data, Timers timers) {
    this.agents = agents;
    this.server = server;
    this.directory = data.resolve("kwok").toAbsolutePath();
    this.timers = timers;
  }

  @Override
  public AutoCloseable start(KwokHost.Hosted machine) {
    AgentConfig config =
        AgentConfig.of(machine.name(), directory.resolve(machine.name()), server)
            .registeredAs(new Node.Spec(false, List.of(Karpenter.UNREGISTERED), machine.id()));
    return agents.start(config, SimulatedNodes.runtime(machine.name(), timers));
  }

  @Override
  public void keepOnly(Set<String> names) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> kept = Files.list(directory)) {
      for (Path one : kept.toList()) {
        if (!names.contains(one.getFileName().toString())) {
          remove(one);
        }
      }
    } catch (IOException e) {
      LOG.warn("what is left of ended machines stays in {}: {}", directory, e.toString());
    }
  }

  /** What cannot be removed holds up neither other leftovers nor machines that are to start. */
  private static void remove(Path tree) {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("what is left of an ended machine stays in {}: {}", tree, e.toString());
    }
  }
}

package dev.ballast.executor.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and removes the containers that hold networks. Blocks; thread-safe. */
final class Holders {

  private static final Logger LOG = LoggerFactory.getLogger(Holders.class);

  private final Engine engine;
  private final String scope;
  private final String bridge;

  Holders(Engine engine, String scope, String bridge) {
    this.engine = engine;
    this.scope = scope;
    this.bridge = bridge;
  }

  /** Empty where the agent cannot see the engine's namespaces. */
  Optional<Network> make() {
    String id =
        engine.ask(
            () -> {
              CreateContainerCmd command = engine.quick().createContainerCmd(PauseImage.REFERENCE);
              Specs.fillHolder(command, scope, bridge);
              return command.exec().getId();
            });
    try {
      engine.ask(() -> engine.quick().startContainerCmd(id).exec());
      InspectContainerResponse found =
          engine.ask(() -> engine.quick().inspectContainerCmd(id).exec());
      Path namespace = Path.of(found.getNetworkSettings().getSandboxKey());
      Long pid = found.getState().getPidLong();
      if (pid != null && Network.link(pid, namespace) == Network.Link.HELD) {
        return Optional.of(
            new Network(id, namespace, States.address(found), dns(found.getResolvConfPath())));
      }
      remove(id);
      return Optional.empty();
    } catch (IOException e) {
      remove(id);
      return Optional.empty();
    } catch (RuntimeException e) {
      remove(id);
      throw e;
    }
  }

  private static List<String> dns(String file) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("nameserver "))
        .map(line -> line.substring("nameserver ".length()).strip())
        .toList();
  }

  void remove(String id) {
    try {
      engine.ask(() -> engine.quick().removeContainerCmd(id).withForce(true).exec());
    } catch (NotFoundException e) {
      LOG.debug("network {} was removed before", id);
    } catch (DockerException e) {
      LOG.info("network {} is left for later: {}", id, e.getMessage());
    }
  }
}

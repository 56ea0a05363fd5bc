package dev.ballast.executor.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Network;
import dev.ballast.core.container.RuntimeInfo;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the engine tells about itself and its machine. */
final class Machine {

  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);

  private Machine() {}

  static RuntimeInfo describe(DockerClient client, String network) {
    Info info = client.infoCmd().exec();
    return new RuntimeInfo(
        "docker",
        info.getServerVersion(),
        info.getOsType() == null ? "linux" : info.getOsType(),
        info.getOperatingSystem(),
        info.getKernelVersion(),
        architecture(info.getArchitecture()),
        info.getNCPU(),
        info.getMemTotal(),
        memoryFree(),
        disk(info.getDockerRootDir(), false),
        disk(info.getDockerRootDir(), true),
        gateway(client.inspectNetworkCmd().withNetworkId(network).exec()),
        false);
  }

  private static String architecture(String docker) {
    return switch (docker) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> docker;
    };
  }

  /** An engine that did not set one itself leaves it out: then it is the subnet's first address. */
  private static String gateway(Network network) {
    if (network.getIpam() == null || network.getIpam().getConfig() == null) {
      return "";
    }
    return network.getIpam().getConfig().stream()
        .filter(config -> config.getSubnet() != null && !config.getSubnet().contains(":"))
        .map(
            config ->
                config.getGateway() != null && !config.getGateway().isEmpty()
                    ? config.getGateway()
                    : first(config.getSubnet()))
        .findFirst()
        .orElse("");
  }

  private static String first(String subnet) {
    String base = subnet.substring(0, subnet.indexOf('/'));
    int dot = base.lastIndexOf('.');
    return base.substring(0, dot + 1) + (Integer.parseInt(base.substring(dot + 1)) + 1);
  }

  private static long disk(String root, boolean free) {
    try {
      Path path = Path.of(root == null ? "/" : root);
      FileStore store = Files.getFileStore(Files.exists(path) ? path : Path.of("/"));
      return free ? store.getUsableSpace() : store.getTotalSpace();
    } catch (IOException e) {
      LOG.warn("size of {} is unknown", root, e);
      return 0;
    }
  }

  /** The kernel's own estimate, which counts what caches would give back. */
  private static long memoryFree() {
    try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0L);
    } catch (IOException e) {
      LOG.debug("free memory is unknown", e);
      return 0;
    }
  }
}

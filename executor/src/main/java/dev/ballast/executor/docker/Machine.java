package dev.ballast.executor.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Network;
import dev.ballast.core.container.RuntimeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** What the engine tells about itself and its machine. */
final class Machine {

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
        disk(info.getDockerRootDir()),
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

  private static long disk(String root) {
    try {
      Path path = Path.of(root == null ? "/" : root);
      return Files.getFileStore(Files.exists(path) ? path : Path.of("/")).getTotalSpace();
    } catch (IOException e) {
      LoggerFactory.getLogger(Machine.class).warn("size of {} is unknown", root, e);
      return 0;
    }
  }
}

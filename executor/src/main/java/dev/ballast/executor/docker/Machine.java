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

  private static String gateway(Network network) {
    if (network.getIpam() == null || network.getIpam().getConfig() == null) {
      return "";
    }
    return network.getIpam().getConfig().stream()
        .map(Network.Ipam.Config::getGateway)
        .filter(address -> address != null && !address.contains(":"))
        .findFirst()
        .orElse("");
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

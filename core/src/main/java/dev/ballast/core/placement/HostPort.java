package dev.ballast.core.placement;

import dev.ballast.core.model.PodSpec;
import dev.ballast.core.model.PodSpec.Container;
import java.util.List;
import java.util.stream.Stream;

/** A port that a pod takes on its node. {@code ip} 0.0.0.0 stands for all addresses. */
public record HostPort(String protocol, String ip, int port) {

  private static final String ANY = "0.0.0.0";

  /** Of app and sidecar containers; with host networking each container port is a host port. */
  public static List<HostPort> of(PodSpec spec) {
    Stream<Container> sidecars = spec.initContainers().stream().filter(EffectiveRequest::isSidecar);
    return Stream.concat(spec.containers().stream(), sidecars)
        .flatMap(container -> container.ports().stream())
        .map(
            port ->
                new HostPort(
                    port.protocol(),
                    port.hostIP().isEmpty() ? ANY : port.hostIP(),
                    port.hostPort() == 0 && spec.hostNetwork()
                        ? port.containerPort()
                        : port.hostPort()))
        .filter(port -> port.port() > 0)
        .toList();
  }

  public boolean conflicts(HostPort other) {
    return port == other.port
        && protocol.equals(other.protocol)
        && (ip.equals(other.ip) || ip.equals(ANY) || other.ip.equals(ANY));
  }
}

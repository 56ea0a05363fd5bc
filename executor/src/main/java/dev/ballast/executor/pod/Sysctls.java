package dev.ballast.executor.pod;

import dev.ballast.executor.manifest.PodManifest;
import java.util.Optional;
import java.util.Set;

/**
 * Which kernel parameters a pod may set: those that Kubernetes calls safe, because each pod has its
 * own and none can harm the node. Source: "Using sysctls in a Kubernetes Cluster", 1.33. Pure.
 */
final class Sysctls {

  private static final Set<String> SAFE =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_unprivileged_port_start",
          "net.ipv4.ip_local_reserved_ports",
          "net.ipv4.tcp_keepalive_time",
          "net.ipv4.tcp_fin_timeout",
          "net.ipv4.tcp_keepalive_intvl",
          "net.ipv4.tcp_keepalive_probes",
          "net.ipv4.tcp_rmem",
          "net.ipv4.tcp_wmem");

  private Sysctls() {}

  /** Why the pod may not run here, if it may not. */
  static Optional<String> forbidden(PodManifest pod) {
    return pod.spec().securityContext().sysctls().stream()
        .map(sysctl -> sysctl.name().replace('/', '.'))
        .filter(name -> !SAFE.contains(name))
        .findFirst()
        .map(name -> "forbidden sysctl: \"" + name + "\" not allowlisted");
  }
}

package dev.ballast.executor.assemble;

import dev.ballast.core.container.SandboxSpec;
import dev.ballast.core.container.SandboxSpec.PortMapping;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.manifest.PodManifest.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pod's sandbox spec. Pure. */
public final class Sandboxes {

  /** The kernel's limit for a host name. */
  private static final int HOST_NAME = 63;

  private Sandboxes() {}

  /**
   * @param node how the machine itself resolves names
   */
  public static SandboxSpec spec(PodManifest pod, int attempt, Dns node) {
    Spec spec = pod.spec();
    Map<String, String> sysctls = new LinkedHashMap<>();
    spec.securityContext().sysctls().forEach(s -> sysctls.put(s.name(), s.value()));
    Dns dns = Dns.of(pod, node);
    return new SandboxSpec(
        pod.ref(),
        Names.sandbox(pod.ref(), attempt),
        attempt,
        hostname(pod),
        spec.hostNetwork(),
        spec.hostIPC(),
        spec.hostPID(),
        hosts(pod),
        dns.servers(),
        dns.searches(),
        dns.options(),
        spec.hostNetwork() ? List.of() : ports(pod),
        sysctls,
        simulation(pod));
  }

  /** What a simulated runtime is to do; others carry it as a label that means nothing to them. */
  private static Map<String, String> simulation(PodManifest pod) {
    Map<String, String> labels = new LinkedHashMap<>();
    pod.metadata()
        .annotations()
        .forEach(
            (name, value) -> {
              if (name.startsWith("simulated.ballast.dev/")) {
                labels.put(name, value);
              }
            });
    return labels;
  }

  static String hostname(PodManifest pod) {
    String name = pod.spec().hostname().isEmpty() ? pod.metadata().name() : pod.spec().hostname();
    String cut = name.length() > HOST_NAME ? name.substring(0, HOST_NAME) : name;
    return cut.replaceAll("[-.]+$", "");
  }

  private static List<String> hosts(PodManifest pod) {
    List<String> hosts = new ArrayList<>();
    pod.spec()
        .hostAliases()
        .forEach(alias -> alias.hostnames().forEach(name -> hosts.add(name + ":" + alias.ip())));
    return hosts;
  }

  private static List<PortMapping> ports(PodManifest pod) {
    return pod.spec().allContainers().stream()
        .flatMap(c -> c.ports().stream())
        .filter(p -> p.hostPort() > 0)
        .map(p -> new PortMapping(p.containerPort(), p.hostPort(), p.hostIP(), p.protocol()))
        .toList();
  }
}

package dev.ballast.core.container;

import java.util.List;
import java.util.Map;

/**
 * What holds a pod's namespaces. Hostname, hosts, DNS and host ports are fixed here, for all its
 * containers.
 *
 * @param name unique on the engine; made of the pod's uid and the attempt
 * @param attempt 0 for the pod's first sandbox
 * @param hostname "" to leave it to the engine
 * @param hosts lines for /etc/hosts, {@code name:address}
 */
public record SandboxSpec(
    PodRef pod,
    String name,
    int attempt,
    String hostname,
    boolean hostNetwork,
    boolean hostIpc,
    boolean hostPid,
    List<String> hosts,
    List<String> dnsServers,
    List<String> dnsSearches,
    List<String> dnsOptions,
    List<PortMapping> ports,
    Map<String, String> sysctls,
    Map<String, String> labels) {

  public SandboxSpec {
    hosts = List.copyOf(hosts);
    dnsServers = List.copyOf(dnsServers);
    dnsSearches = List.copyOf(dnsSearches);
    dnsOptions = List.copyOf(dnsOptions);
    ports = List.copyOf(ports);
    sysctls = Map.copyOf(sysctls);
    labels = Map.copyOf(labels);
  }

  /** A host port; {@code protocol} is TCP, UDP or SCTP, {@code hostAddress} "" for all. */
  public record PortMapping(int containerPort, int hostPort, String hostAddress, String protocol) {}
}

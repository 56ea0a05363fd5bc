package dev.ballast.executor.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ports;
import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.ContainerSpec.Limits;
import dev.ballast.core.container.ContainerSpec.Security;
import dev.ballast.core.container.SandboxSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Our specs in docker-java's words. */
final class Specs {

  private static final int LOWEST_OOM_SCORE = OomScore.lowest();

  private static final long PERIOD_MICROS = 100_000;

  private Specs() {}

  /** A container that only holds a network; it takes the engine's own host name and files. */
  static void fillHolder(CreateContainerCmd command, String scope, String bridge) {
    command
        .withEntrypoint(PauseImage.PROGRAM)
        .withLabels(Labels.holder(scope))
        .withHostConfig(
            HostConfig.newHostConfig()
                .withNetworkMode(bridge)
                .withOomScoreAdj(Math.max(-998, LOWEST_OOM_SCORE))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE, null)));
  }

  /**
   * @param bridge the Docker network to be on, unless a network made ahead is taken
   */
  static void fill(
      CreateContainerCmd command,
      SandboxSpec spec,
      String scope,
      String bridge,
      Optional<Network> taken) {
    Ports bindings = new Ports();
    List<ExposedPort> exposed = new ArrayList<>();
    for (SandboxSpec.PortMapping port : spec.ports()) {
      ExposedPort inner =
          new ExposedPort(
              port.containerPort(), InternetProtocol.parse(port.protocol().toLowerCase()));
      exposed.add(inner);
      bindings.bind(
          inner,
          new Ports.Binding(
              port.hostAddress().isEmpty() ? null : port.hostAddress(),
              Integer.toString(port.hostPort())));
    }
    HostConfig host =
        HostConfig.newHostConfig()
            .withNetworkMode(spec.hostNetwork() ? "host" : bridge)
            .withIpcMode(spec.hostIpc() ? "host" : "shareable")
            .withPidMode(spec.hostPid() ? "host" : null)
            .withOomScoreAdj(Math.max(-998, LOWEST_OOM_SCORE))
            .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE, null))
            .withExtraHosts(spec.hosts().toArray(String[]::new))
            .withSysctls(spec.sysctls().isEmpty() ? null : spec.sysctls())
            .withPortBindings(bindings);
    if (!spec.dnsServers().isEmpty()) {
      host.withDns(spec.dnsServers());
    }
    if (!spec.dnsSearches().isEmpty()) {
      host.withDnsSearch(spec.dnsSearches());
    }
    if (!spec.dnsOptions().isEmpty()) {
      host.withDnsOptions(spec.dnsOptions());
    }
    if (!spec.hostname().isEmpty() && !spec.hostNetwork()) {
      command.withHostName(spec.hostname());
    }
    command
        .withName(spec.name())
        .withEntrypoint(taken.isPresent() ? JoinProgram.PATH : PauseImage.PROGRAM)
        .withLabels(Labels.of(scope, spec, taken))
        .withExposedPorts(exposed)
        .withHostConfig(host);
    taken.ifPresent(network -> move(host, spec, network));
  }

  /**
   * Into a network made ahead: begun on the machine's, which the engine need not make, the
   * sandbox's program moves. What the engine would have taken from the network, hosts and DNS, is
   * spelt out.
   */
  private static void move(HostConfig host, SandboxSpec spec, Network network) {
    List<String> hosts = new ArrayList<>(spec.hosts());
    hosts.add(spec.hostname() + ":" + network.address());
    host.withNetworkMode("host")
        .withExtraHosts(hosts.toArray(String[]::new))
        .withCapAdd(Capability.SYS_ADMIN)
        .withMounts(
            List.of(
                new Mount()
                    .withType(MountType.BIND)
                    .withSource(network.namespace().toString())
                    .withTarget(JoinProgram.NAMESPACE)
                    .withReadOnly(true)));
    if (spec.dnsServers().isEmpty() && !network.dns().isEmpty()) {
      host.withDns(network.dns());
    }
  }

  static void fill(CreateContainerCmd command, ContainerSpec spec, String scope) {
    command
        .withName(spec.name())
        .withLabels(Labels.of(scope, spec))
        .withEnv(spec.env())
        .withTty(spec.terminal().tty())
        .withStdinOpen(spec.terminal().stdin())
        .withStdInOnce(spec.terminal().stdinOnce())
        .withHostConfig(host(spec));
    if (!spec.command().isEmpty()) {
      command.withEntrypoint(spec.command());
    }
    if (!spec.args().isEmpty()) {
      command.withCmd(spec.args());
    }
    if (!spec.workingDir().isEmpty()) {
      command.withWorkingDir(spec.workingDir());
    }
    if (!spec.security().user().isEmpty()) {
      command.withUser(spec.security().user());
    }
  }

  private static HostConfig host(ContainerSpec spec) {
    Security security = spec.security();
    String sandbox = "container:" + spec.sandboxId();
    HostConfig host =
        HostConfig.newHostConfig()
            .withNetworkMode(security.hostNetwork() ? "host" : sandbox)
            .withIpcMode(security.hostIpc() ? "host" : sandbox)
            .withPidMode(security.hostPid() ? "host" : security.sharePid() ? sandbox : null)
            .withMounts(spec.mounts().stream().map(Specs::mount).toList())
            .withBinds(List.<Bind>of())
            .withPrivileged(security.privileged())
            .withReadonlyRootfs(security.readOnlyRoot())
            .withGroupAdd(security.groups())
            .withCapAdd(capabilities(security.addCapabilities()))
            .withCapDrop(capabilities(security.dropCapabilities()))
            .withSecurityOpts(options(security))
            .withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE, spec.logs().asOptions()));
    limit(host, spec.limits());
    return host;
  }

  private static void limit(HostConfig host, Limits limits) {
    if (limits.cpuShares() > 0) {
      host.withCpuShares(Math.clamp(limits.cpuShares(), 2, 262_144));
    }
    if (limits.cpuQuotaMicros() > 0) {
      host.withCpuPeriod(PERIOD_MICROS).withCpuQuota(limits.cpuQuotaMicros());
    }
    if (limits.memoryBytes() > 0) {
      host.withMemory(limits.memoryBytes()).withMemorySwap(limits.memoryBytes());
    }
    if (limits.pids() > 0) {
      host.withPidsLimit(limits.pids());
    }
    host.withOomScoreAdj(Math.max(limits.oomScoreAdjust(), LOWEST_OOM_SCORE));
  }

  private static Mount mount(ContainerSpec.Mount mount) {
    Mount result =
        new Mount()
            .withType(MountType.BIND)
            .withSource(mount.source())
            .withTarget(mount.target())
            .withReadOnly(mount.readOnly());
    return switch (mount.propagation()) {
      case "rslave" ->
          result.withBindOptions(new BindOptions().withPropagation(BindPropagation.R_SLAVE));
      case "rshared" ->
          result.withBindOptions(new BindOptions().withPropagation(BindPropagation.R_SHARED));
      default -> result;
    };
  }

  private static Capability[] capabilities(List<String> names) {
    return names.stream()
        .map(name -> name.startsWith("CAP_") ? name.substring(4) : name)
        .map(Specs::capability)
        .toArray(Capability[]::new);
  }

  private static Capability capability(String name) {
    try {
      return Capability.valueOf(name);
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          "invalid capability \"" + name + "\": Linux has none of that name", unknown);
    }
  }

  private static List<String> options(Security security) {
    List<String> options = new ArrayList<>();
    if (security.noNewPrivileges()) {
      options.add("no-new-privileges");
    }
    if (!security.seccomp().isEmpty()) {
      options.add("seccomp=" + security.seccomp());
    }
    if (!security.appArmor().isEmpty()) {
      options.add("apparmor=" + security.appArmor());
    }
    return options;
  }
}

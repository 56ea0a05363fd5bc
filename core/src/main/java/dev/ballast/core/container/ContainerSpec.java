package dev.ballast.core.container;

import java.util.List;
import java.util.Map;

/**
 * One instance of one container of a pod.
 *
 * @param name unique on the engine; made of the pod's uid, the container's name and the attempt
 * @param container the container's name in the pod
 * @param attempt 0 for the first instance; the restart count
 * @param sandboxId whose namespaces it joins
 * @param sandboxAttempt of that sandbox
 * @param hash of the part of the pod's spec that it was made from
 * @param command replaces the image's entrypoint unless empty
 * @param args replaces the image's command unless empty
 * @param workingDir "" for the image's
 * @param env {@code NAME=value}
 */
public record ContainerSpec(
    PodRef pod,
    String name,
    String container,
    int attempt,
    String sandboxId,
    int sandboxAttempt,
    String hash,
    String image,
    List<String> command,
    List<String> args,
    String workingDir,
    List<String> env,
    List<Mount> mounts,
    Limits limits,
    Security security,
    Terminal terminal,
    LogLimits logs) {

  public ContainerSpec {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = List.copyOf(env);
    mounts = List.copyOf(mounts);
  }

  /** A bind mount; {@code propagation} is "", rslave or rshared. */
  public record Mount(String source, String target, boolean readOnly, String propagation) {}

  /**
   * Cgroup settings; 0 leaves a setting alone.
   *
   * @param cpuShares relative weight, 1024 per core
   * @param cpuQuotaMicros processor time in each 100 ms
   * @param memoryBytes hard limit, swap included
   * @param oomScoreAdjust -1000 to 1000: who dies first
   * @param pids most processes and threads
   */
  public record Limits(
      long cpuShares, long cpuQuotaMicros, long memoryBytes, int oomScoreAdjust, long pids) {
    public static final Limits NONE = new Limits(0, 0, 0, 0, 0);
  }

  /**
   * What the processes may do.
   *
   * @param user {@code uid[:gid]}, "" for the image's
   * @param seccomp "" for the engine's own profile, {@code unconfined}, or a profile's JSON
   * @param appArmor "" for the engine's own profile, {@code unconfined}, or the name of one that
   *     the machine's kernel has loaded
   */
  public record Security(
      String user,
      List<String> groups,
      boolean privileged,
      List<String> addCapabilities,
      List<String> dropCapabilities,
      boolean readOnlyRoot,
      boolean noNewPrivileges,
      boolean hostNetwork,
      boolean hostIpc,
      boolean hostPid,
      boolean sharePid,
      String seccomp,
      String appArmor) {
    public static final Security DEFAULT =
        new Security(
            "", List.of(), false, List.of(), List.of(), false, false, false, false, false, false,
            "", "");

    public Security {
      groups = List.copyOf(groups);
      addCapabilities = List.copyOf(addCapabilities);
      dropCapabilities = List.copyOf(dropCapabilities);
    }
  }

  public record Terminal(boolean tty, boolean stdin, boolean stdinOnce) {
    public static final Terminal NONE = new Terminal(false, false, false);
  }

  /** When the engine rotates a container's log. */
  public record LogLimits(long maxBytes, int maxFiles) {
    public static final LogLimits DEFAULT = new LogLimits(10 << 20, 5);

    public Map<String, String> asOptions() {
      return Map.of("max-size", Long.toString(maxBytes), "max-file", Integer.toString(maxFiles));
    }
  }
}

package dev.ballast.executor.volume;

import dev.ballast.core.container.ContainerSpec.Mount;
import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.assemble.PodFacts;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the agent keeps on disk for pods. Calls for one pod come from one thread at a time. */
public interface PodFiles {

  /**
   * Makes or refreshes all volumes of the pod; repeat it to pick up changed ConfigMaps, Secrets,
   * labels and tokens.
   *
   * @throws AssemblyException FailedMount when a volume cannot be made
   */
  void prepare(PodManifest pod, PodFacts facts) throws AssemblyException;

  /** True when {@link #prepare} has something to refresh. */
  boolean refreshes(PodManifest pod);

  /**
   * @throws AssemblyException when a mount names what is not there
   */
  List<Mount> mounts(
      PodManifest pod, ContainerManifest container, int attempt, Map<String, String> variables)
      throws AssemblyException;

  /** What the instance wrote to its termination message path, or "". */
  String terminationMessage(String podUid, String container, int attempt);

  /** Removes what only running containers need; what they left to be read stays. */
  void removeVolumes(String podUid);

  /** Removes all files of the pod. */
  void remove(String podUid);

  /** Pods that have files here. */
  Set<String> podUids();

  /** Bytes in each emptyDir, by volume name. Reads them all. */
  Map<String, Long> emptyDirBytes(PodManifest pod);

  /**
   * Remembers that something is about to be done for the pod, so that an agent that dies over it
   * does not do it again. Kept until the pod's files are removed.
   *
   * @return when it was first marked, {@code now} if it had not been
   */
  Instant mark(String podUid, String what, Instant now);
}

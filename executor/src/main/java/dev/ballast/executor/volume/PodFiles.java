package dev.ballast.executor.volume;

import dev.ballast.core.container.ContainerSpec.Mount;
import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.assemble.PodFacts;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
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

  /** Removes all files of the pod. */
  void remove(String podUid);

  /** Pods that have files here. */
  Set<String> podUids();

  /** For simulated containers, which have no files. */
  PodFiles NONE =
      new PodFiles() {
        @Override
        public void prepare(PodManifest pod, PodFacts facts) {}

        @Override
        public boolean refreshes(PodManifest pod) {
          return false;
        }

        @Override
        public List<Mount> mounts(
            PodManifest pod,
            ContainerManifest container,
            int attempt,
            Map<String, String> variables) {
          return List.of();
        }

        @Override
        public String terminationMessage(String podUid, String container, int attempt) {
          return "";
        }

        @Override
        public void remove(String podUid) {}

        @Override
        public Set<String> podUids() {
          return Set.of();
        }
      };
}

package dev.ballast.executor.volume;

import dev.ballast.core.container.ContainerSpec.Mount;
import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.assemble.Objects;
import dev.ballast.executor.assemble.PodFacts;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.manifest.VolumeManifest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of simulated containers: none is written, but a pod waits for the ConfigMaps and
 * Secrets of its volumes as on a real machine. Tokens are taken for granted. Thread-safe.
 */
public final class CheckedFiles implements PodFiles {

  private final Objects objects;
  private final Map<String, Map<String, Instant>> marks = new ConcurrentHashMap<>();

  public CheckedFiles(Objects objects) {
    this.objects = objects;
  }

  @Override
  public void prepare(PodManifest pod, PodFacts facts) throws AssemblyException {
    for (VolumeManifest volume : pod.spec().volumes()) {
      if (Payload.isOne(volume)) {
        Payload.of(volume, pod, facts, objects, request -> "");
      }
    }
  }

  @Override
  public boolean refreshes(PodManifest pod) {
    return false;
  }

  @Override
  public List<Mount> mounts(
      PodManifest pod, ContainerManifest container, int attempt, Map<String, String> variables) {
    return List.of();
  }

  @Override
  public String terminationMessage(String podUid, String container, int attempt) {
    return "";
  }

  @Override
  public Map<String, Long> emptyDirBytes(PodManifest pod) {
    return Map.of();
  }

  @Override
  public Instant mark(String podUid, String what, Instant now) {
    Instant before =
        marks.computeIfAbsent(podUid, uid -> new ConcurrentHashMap<>()).putIfAbsent(what, now);
    return before == null ? now : before;
  }

  @Override
  public void removeVolumes(String podUid) {}

  @Override
  public void remove(String podUid) {
    marks.remove(podUid);
  }

  @Override
  public Set<String> podUids() {
    return Set.of();
  }
}

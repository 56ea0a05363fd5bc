package dev.ballast.executor.volume;

import dev.ballast.core.container.ContainerSpec.Mount;
import dev.ballast.core.time.Timers;
import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.assemble.Expansion;
import dev.ballast.executor.assemble.Objects;
import dev.ballast.executor.assemble.PodFacts;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.ContainerManifest.VolumeMount;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.manifest.VolumeManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Pods' files under one root: {@code pods/UID/volumes/NAME} and {@code pods/UID/messages/}. Volumes
 * in memory are directories of the machine's own tmpfs.
 */
public final class DiskFiles implements PodFiles {

  private static final int MESSAGE_BYTES = 4096;

  private final Path root;
  private final Path memory;
  private final Objects objects;
  private final TokenCache tokens;

  /**
   * @param root the agent's own directory on a disk that the engine sees under the same path
   * @param memory a directory on a tmpfs
   */
  public DiskFiles(Path root, Path memory, Objects objects, Tokens tokens, Timers timers) {
    this.root = root.toAbsolutePath();
    this.memory = memory.toAbsolutePath();
    this.objects = objects;
    this.tokens = new TokenCache(tokens, timers);
  }

  private Path pod(String uid) {
    return root.resolve("pods").resolve(uid);
  }

  private Path volume(String uid, String name) {
    return pod(uid).resolve("volumes").resolve(name);
  }

  @Override
  public void prepare(PodManifest pod, PodFacts facts) throws AssemblyException {
    for (VolumeManifest volume : pod.spec().volumes()) {
      try {
        prepare(pod, facts, volume);
      } catch (IOException | UncheckedIOException e) {
        throw new AssemblyException(
            "FailedMount", "volume \"" + volume.name() + "\" failed: " + e.getMessage());
      } catch (AssemblyException e) {
        throw new AssemblyException(
            e.reason(),
            "MountVolume.SetUp failed for volume \"" + volume.name() + "\" : " + e.getMessage());
      }
    }
  }

  private void prepare(PodManifest pod, PodFacts facts, VolumeManifest volume)
      throws IOException, AssemblyException {
    Path path = volume(pod.uid(), volume.name());
    if (volume.emptyDir() != null) {
      Path directory =
          volume.emptyDir().medium().equals("Memory")
              ? memory.resolve(pod.uid()).resolve(volume.name())
              : path;
      if (!Files.exists(directory)) {
        Files.createDirectories(directory);
        Files.setAttribute(directory, "unix:mode", 0777);
        own(pod, directory);
      }
    } else if (volume.hostPath() != null) {
      HostPaths.check(volume.hostPath());
    } else if (Payload.isOne(volume)) {
      AtomicDirectory.write(path, new Payload(pod, facts, objects, tokens).of(volume));
      own(pod, path);
    } else {
      throw new AssemblyException("FailedMount", "this kind of volume is not supported yet");
    }
  }

  /** Gives everything to the pod's group, as fsGroup asks. */
  private static void own(PodManifest pod, Path path) throws IOException {
    Long group = pod.spec().securityContext().fsGroup();
    if (group == null) {
      return;
    }
    try (var paths = Files.walk(path)) {
      for (Path each : paths.filter(p -> !Files.isSymbolicLink(p)).toList()) {
        Files.setAttribute(each, "unix:gid", group.intValue());
      }
    }
  }

  @Override
  public boolean refreshes(PodManifest pod) {
    return pod.spec().volumes().stream().anyMatch(Payload::isOne);
  }

  @Override
  public List<Mount> mounts(
      PodManifest pod, ContainerManifest container, int attempt, Map<String, String> variables)
      throws AssemblyException {
    List<Mount> mounts = new ArrayList<>();
    for (VolumeMount mount : container.volumeMounts()) {
      mounts.add(mount(pod, mount, variables));
    }
    try {
      Path message = message(pod.uid(), container.name(), attempt);
      Files.createDirectories(message.getParent());
      if (!Files.exists(message)) {
        Files.createFile(message);
        AtomicDirectory.chmod(message, 0666);
      }
      mounts.add(new Mount(message.toString(), container.terminationMessagePath(), false, ""));
    } catch (IOException e) {
      throw new AssemblyException("CreateContainerError", "termination log: " + e.getMessage());
    }
    return mounts;
  }

  private Mount mount(PodManifest pod, VolumeMount mount, Map<String, String> variables)
      throws AssemblyException {
    VolumeManifest volume =
        pod.spec().volumes().stream()
            .filter(v -> v.name().equals(mount.name()))
            .findFirst()
            .orElseThrow(
                () ->
                    new AssemblyException(
                        "CreateContainerConfigError", "no volume named \"" + mount.name() + "\""));
    Path source =
        volume.hostPath() != null
            ? Path.of(volume.hostPath().path())
            : volume.emptyDir() != null && volume.emptyDir().medium().equals("Memory")
                ? memory.resolve(pod.uid()).resolve(volume.name())
                : volume(pod.uid(), volume.name());
    String inner =
        mount.subPathExpr().isEmpty()
            ? mount.subPath()
            : Expansion.expand(mount.subPathExpr(), variables);
    if (!inner.isEmpty()) {
      source = HostPaths.inside(source, inner);
    }
    String propagation =
        switch (mount.mountPropagation()) {
          case "HostToContainer" -> "rslave";
          case "Bidirectional" -> "rshared";
          default -> "";
        };
    boolean readOnly = mount.readOnly() || Payload.isOne(volume);
    return new Mount(source.toString(), mount.mountPath(), readOnly, propagation);
  }

  private Path message(String uid, String container, int attempt) {
    return pod(uid).resolve("messages").resolve(container + "-" + attempt);
  }

  @Override
  public String terminationMessage(String podUid, String container, int attempt) {
    Path path = message(podUid, container, attempt);
    if (!Files.exists(path)) {
      return "";
    }
    try (var in = Files.newInputStream(path)) {
      return new String(in.readNBytes(MESSAGE_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "Error on reading termination log " + path + ": " + e.getMessage();
    }
  }

  @Override
  public void remove(String podUid) {
    tokens.forget(podUid);
    AtomicDirectory.delete(pod(podUid));
    AtomicDirectory.delete(memory.resolve(podUid));
  }

  @Override
  public Set<String> podUids() {
    Path pods = root.resolve("pods");
    if (!Files.exists(pods)) {
      return Set.of();
    }
    try (var entries = Files.list(pods)) {
      return entries.map(p -> p.getFileName().toString()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

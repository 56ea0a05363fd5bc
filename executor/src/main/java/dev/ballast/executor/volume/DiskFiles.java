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
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pods' files under one root: {@code pods/UID/volumes/NAME}, {@code pods/UID/messages/} and {@code
 * pods/UID/marks/}. Calls for different pods may come from different threads.
 */
public final class DiskFiles implements PodFiles {

  private static final int MESSAGE_BYTES = 4096;
  private static final int READABLE = 0440;
  private static final int WRITABLE = 0660;

  /** The set-group-ID bit, and the right to enter. */
  private static final int GROUP_DIRECTORY = 02110;

  private final Path root;
  private final EmptyDirs emptyDirs;
  private final Objects objects;
  private final TokenCache tokens;

  /**
   * @param root the agent's own directory on a disk that the engine sees under the same path
   * @param memory see {@link EmptyDirs}
   */
  public DiskFiles(Path root, Path memory, Objects objects, Tokens tokens, Timers timers) {
    this.root = root.toAbsolutePath();
    this.emptyDirs = new EmptyDirs(memory, (uid, name) -> volume(uid, name).toString());
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
        throw Payload.unmountable(volume, "FailedMount", e.getMessage());
      }
    }
  }

  private void prepare(PodManifest pod, PodFacts facts, VolumeManifest volume)
      throws IOException, AssemblyException {
    if (volume.emptyDir() != null) {
      if (emptyDirs.make(pod, volume, facts.allocatableMemoryBytes())) {
        own(pod, emptyDirs.path(pod.uid(), volume), WRITABLE);
      }
    } else if (volume.hostPath() != null) {
      try {
        HostPaths.check(volume.hostPath());
      } catch (AssemblyException e) {
        throw Payload.unmountable(volume, e.reason(), e.getMessage());
      }
    } else if (Payload.isOne(volume)) {
      Path path = volume(pod.uid(), volume.name());
      AtomicDirectory.write(path, Payload.of(volume, pod, facts, objects, tokens::token));
      own(pod, path, READABLE);
    } else {
      throw new AssemblyException(
          "FailedMount",
          "volume \"" + volume.name() + "\" is of a kind that Ballast does not support yet");
    }
  }

  /**
   * Gives everything to the pod's group, as fsGroup asks, and lets the group use it: what it makes
   * in a directory stays the group's.
   *
   * @param mode what the group may do with files, as bits for user and group
   */
  private static void own(PodManifest pod, Path path, int mode) throws IOException {
    Long group = pod.spec().securityContext().fsGroup();
    if (group == null) {
      return;
    }
    try (var paths = Files.walk(path)) {
      for (Path each : paths.filter(p -> !Files.isSymbolicLink(p)).toList()) {
        Files.setAttribute(each, "unix:gid", group.intValue());
        int before = (int) Files.getAttribute(each, "unix:mode") & 07777;
        int more = Files.isDirectory(each) ? mode | GROUP_DIRECTORY : mode;
        Files.setAttribute(each, "unix:mode", before | more);
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
            : volume.emptyDir() != null
                ? emptyDirs.path(pod.uid(), volume)
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
  public void removeVolumes(String podUid) {
    tokens.forget(podUid);
    AtomicDirectory.delete(pod(podUid).resolve("volumes"));
    emptyDirs.remove(podUid);
  }

  @Override
  public void remove(String podUid) {
    tokens.forget(podUid);
    AtomicDirectory.delete(pod(podUid));
    emptyDirs.remove(podUid);
  }

  @Override
  public Set<String> podUids() {
    Set<String> uids = new HashSet<>(EmptyDirs.names(root.resolve("pods")));
    uids.addAll(emptyDirs.podUids());
    return uids;
  }

  @Override
  public Map<String, Long> emptyDirBytes(PodManifest pod) {
    return emptyDirs.bytes(pod);
  }

  @Override
  public Instant mark(String podUid, String what, Instant now) {
    Path mark = pod(podUid).resolve("marks").resolve(what);
    try {
      Files.createDirectories(mark.getParent());
      Files.writeString(mark, now.toString(), StandardOpenOption.CREATE_NEW);
      return now;
    } catch (FileAlreadyExistsException before) {
      return marked(mark, now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An empty one was being written when the agent died. */
  private static Instant marked(Path mark, Instant now) {
    try {
      String text = Files.readString(mark);
      return text.isEmpty() ? now.minusNanos(1) : Instant.parse(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

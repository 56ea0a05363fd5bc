package dev.ballast.executor.volume;

import dev.ballast.core.quantity.Quantity;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.manifest.VolumeManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * The emptyDir volumes, and how full each is. One in memory is a tmpfs of its own, as large as it
 * may become, so that writes beyond that fail; an agent that may not mount takes a directory of the
 * machine's tmpfs instead. They are under a folder that exists only while some pod needs it.
 * Thread-safe.
 */
final class EmptyDirs {

  private final Path memory;
  private final BinaryOperator<String> onDisk;

  /**
   * @param memory a directory on a tmpfs: one folder for all agents, in it one for this agent
   * @param onDisk where a volume (uid, name) is that is not in memory
   */
  EmptyDirs(Path memory, BinaryOperator<String> onDisk) {
    this.memory = memory.toAbsolutePath();
    this.onDisk = onDisk;
  }

  Path path(String uid, VolumeManifest volume) {
    return volume.emptyDir().medium().equals("Memory")
        ? memory.resolve(uid).resolve(volume.name())
        : Path.of(onDisk.apply(uid, volume.name()));
  }

  /**
   * True when it is new.
   *
   * @param machineBytes the most that pods may use of the machine's memory
   */
  synchronized boolean make(PodManifest pod, VolumeManifest volume, long machineBytes)
      throws IOException {
    Path directory = path(pod.uid(), volume);
    boolean exists = Files.exists(directory);
    Files.createDirectories(directory);
    boolean inMemory = volume.emptyDir().medium().equals("Memory");
    boolean mounted = inMemory && mount(directory, largest(pod, volume, machineBytes));
    if (exists && !mounted) {
      return false;
    }
    Files.setAttribute(directory, "unix:mode", 0777);
    return true;
  }

  /** An agent that died before it mounted left an empty directory. */
  private static boolean mount(Path directory, long bytes) throws IOException {
    return !Tmpfs.isMounted(directory)
        && names(directory).isEmpty()
        && Tmpfs.mount(directory, bytes);
  }

  /**
   * As the kubelet sizes it: by the volume's limit, but no larger than what the pod's containers
   * may use together, if all of them are limited, or than the machine.
   */
  static long largest(PodManifest pod, VolumeManifest volume, long machineBytes) {
    long largest = machineBytes;
    List<Long> limits =
        pod.spec().containers().stream()
            .map(c -> bytes(c.resources().limits().getOrDefault("memory", "")))
            .toList();
    if (!limits.contains(0L)) {
      largest = Math.min(largest, limits.stream().mapToLong(Long::longValue).sum());
    }
    long own = bytes(volume.emptyDir().sizeLimit());
    return own > 0 ? Math.min(largest, own) : largest;
  }

  private static long bytes(String quantity) {
    return quantity.isEmpty() ? 0 : Quantity.parse(quantity).units();
  }

  Map<String, Long> bytes(PodManifest pod) {
    return pod.spec().volumes().stream()
        .filter(volume -> volume.emptyDir() != null)
        .collect(Collectors.toMap(VolumeManifest::name, volume -> bytes(path(pod.uid(), volume))));
  }

  /** What the files hold; one that goes away meanwhile counts as nothing. */
  static long bytes(Path directory) {
    AtomicLong sum = new AtomicLong();
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum.addAndGet(attributes.isRegularFile() ? attributes.size() : 0);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException changed) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum.get();
  }

  synchronized void remove(String uid) {
    Path pod = memory.resolve(uid);
    names(pod).stream().map(pod::resolve).filter(Tmpfs::isMounted).forEach(Tmpfs::unmount);
    AtomicDirectory.delete(pod);
    removeIfEmpty(memory);
    removeIfEmpty(memory.getParent());
  }

  private static void removeIfEmpty(Path directory) {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException others) {
      // Another pod's, or another agent's.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Set<String> podUids() {
    return names(memory);
  }

  static Set<String> names(Path directory) {
    try (var entries = Files.list(directory)) {
      return entries.map(p -> p.getFileName().toString()).collect(Collectors.toSet());
    } catch (NoSuchFileException none) {
      return Set.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

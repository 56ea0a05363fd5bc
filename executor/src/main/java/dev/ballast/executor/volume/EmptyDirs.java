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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * The emptyDir volumes in memory, and how full every emptyDir is. Those in memory are directories
 * of the machine's own tmpfs, under a folder that exists only while some pod needs it. Thread-safe.
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

  /** True when it is new. */
  synchronized boolean make(String uid, VolumeManifest volume) throws IOException {
    Path directory = path(uid, volume);
    if (Files.exists(directory)) {
      return false;
    }
    Files.createDirectories(directory);
    Files.setAttribute(directory, "unix:mode", 0777);
    return true;
  }

  /** Why the pod must be evicted: the first of its volumes that holds more than its limit. */
  Optional<String> overLimit(PodManifest pod) {
    for (VolumeManifest volume : pod.spec().volumes()) {
      if (volume.emptyDir() != null && !volume.emptyDir().sizeLimit().isEmpty()) {
        long limit = Quantity.parse(volume.emptyDir().sizeLimit()).units();
        if (limit > 0 && bytes(path(pod.uid(), volume)) > limit) {
          return Optional.of(
              "Usage of EmptyDir volume \""
                  + volume.name()
                  + "\" exceeds the limit \""
                  + volume.emptyDir().sizeLimit()
                  + "\". ");
        }
      }
    }
    return Optional.empty();
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
    AtomicDirectory.delete(memory.resolve(uid));
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

package dev.ballast.executor.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A directory whose files change all at once: they live in {@code ..N/}, {@code ..data} points
 * there, and each name points through {@code ..data}. Renaming a new {@code ..data} over the old
 * one is the only step that readers see.
 */
final class AtomicDirectory {

  private static final String DATA = "..data";

  record Content(byte[] bytes, int mode) {}

  private AtomicDirectory() {}

  /**
   * @param files by path relative to the directory
   */
  static void write(Path directory, Map<String, Content> files) throws IOException {
    Files.createDirectories(directory);
    chmod(directory, 0755);
    Path data = directory.resolve(DATA);
    Path current = Files.exists(data) ? directory.resolve(Files.readSymbolicLink(data)) : null;
    if (current != null && isSame(current, files)) {
      return;
    }
    Path next = fresh(directory);
    for (Map.Entry<String, Content> file : files.entrySet()) {
      Path path = next.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue().bytes());
      chmod(path, file.getValue().mode());
    }
    Path link = directory.resolve("..data_tmp");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, next.getFileName());
    swap(link, data);
    nameAll(directory, files.keySet());
    if (current != null) {
      delete(current);
    }
  }

  private static Path fresh(Path directory) throws IOException {
    for (int n = 1; ; n++) {
      Path candidate = directory.resolve(".." + n);
      if (!Files.exists(candidate, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(candidate);
        chmod(candidate, 0755);
        return candidate;
      }
    }
  }

  private static void swap(Path link, Path data) throws IOException {
    try {
      Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of " + data + " cannot rename atomically", e);
    }
  }

  /** One link per first path element; those of files that are gone go too. */
  private static void nameAll(Path directory, Set<String> files) throws IOException {
    Set<String> names = new java.util.HashSet<>();
    for (String file : files) {
      String name = file.split("/")[0];
      Path link = directory.resolve(name);
      if (names.add(name) && !Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(link, Path.of(DATA, name));
      }
    }
    try (var entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!name.startsWith("..") && !names.contains(name)) {
          Files.delete(entry);
        }
      }
    }
  }

  private static boolean isSame(Path current, Map<String, Content> files) throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    try (var paths = Files.walk(current)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        found.put(current.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return found.keySet().equals(new TreeMap<>(files).keySet())
        && files.entrySet().stream()
            .allMatch(e -> Arrays.equals(found.get(e.getKey()), e.getValue().bytes()));
  }

  static void chmod(Path path, int mode) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int bit = 0; bit < 9; bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        permissions.add(all[bit]);
      }
    }
    Files.setPosixFilePermissions(path, permissions);
  }

  static void delete(Path tree) {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

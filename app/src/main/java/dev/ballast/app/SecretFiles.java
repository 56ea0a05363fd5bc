package dev.ballast.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of the data directory that every member of a cluster has alike. */
final class SecretFiles {

  /** By their path in the data directory; not every cluster has all of them. */
  static final List<String> SHARED =
      List.of(
          "ca.crt",
          "ca.key",
          "sa.key",
          "tokens",
          "node-token",
          "member-token",
          "members/ca.crt",
          "members/ca.key");

  private SecretFiles() {}

  /** Makes a directory for the owner only, where it is absent. */
  static Path directory(Path directory) throws IOException {
    return Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  static Map<String, byte[]> read(Path directory) {
    Map<String, byte[]> found = new TreeMap<>();
    for (String name : SHARED) {
      Path file = directory.resolve(name);
      try {
        if (Files.exists(file)) {
          found.put(name, Files.readAllBytes(file));
        }
      } catch (IOException e) {
        throw new StartFailure("cannot read " + file + ": " + e.getMessage(), e);
      }
    }
    return found;
  }

  /** What a file is called while it is being written. */
  static String fresh(String name) {
    return name + ".new";
  }

  /** What was written, and what was begun. */
  static void delete(Path directory, String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
    Files.deleteIfExists(directory.resolve(fresh(name)));
  }

  /** Whole or not at all, for the owner only, synced. */
  static void write(Path directory, String name, byte[] content) {
    Path file = directory.resolve(name);
    Path fresh = file.resolveSibling(fresh(file.getFileName().toString()));
    try {
      directory(file.toAbsolutePath().getParent());
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel parent = FileChannel.open(file.toAbsolutePath().getParent())) {
        parent.force(true);
      }
    } catch (IOException e) {
      throw new StartFailure("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}

package dev.ballast.executor.volume;

import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.manifest.VolumeManifest.HostPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Paths that a pod names on this machine. */
final class HostPaths {

  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;
  private static final int BLOCK = 0060000;
  private static final int CHARACTER = 0020000;

  private HostPaths() {}

  private static final String DIRECTORY_MODE = "rwxr-xr-x";
  private static final String FILE_MODE = "rw-r--r--";

  /**
   * Checks the path against its type, links followed, and makes what may be made. With type "" the
   * kubelet looks at nothing and the runtime makes a missing directory: here it is made at once.
   *
   * @throws AssemblyException FailedMount, in the kubelet's words
   */
  static void check(HostPath host) throws IOException, AssemblyException {
    Path path = Path.of(host.path());
    switch (host.type()) {
      case "" -> {
        if (!Files.exists(path)) {
          makeDirectories(path);
        }
      }
      case "DirectoryOrCreate" -> {
        if (!Files.exists(path)) {
          makeDirectories(path);
        }
        require(Files.isDirectory(path), path, "a directory");
      }
      case "Directory" -> require(Files.isDirectory(path), path, "a directory");
      case "FileOrCreate" -> {
        if (!Files.exists(path)) {
          makeFile(path);
        }
        require(Files.isRegularFile(path), path, "a file");
      }
      case "File" -> require(Files.isRegularFile(path), path, "a file");
      case "Socket" -> require(isA(path, SOCKET), path, "a socket file");
      case "CharDevice" -> require(isA(path, CHARACTER), path, "a character device");
      case "BlockDevice" -> require(isA(path, BLOCK), path, "a block device");
      default -> throw failed(host.type() + " is an invalid volume type");
    }
  }

  private static void require(boolean holds, Path path, String what) throws AssemblyException {
    if (!holds) {
      throw failed("hostPath type check failed: " + path + " is not " + what);
    }
  }

  private static AssemblyException failed(String message) {
    return new AssemblyException("FailedMount", message);
  }

  /** Those that are missing, whatever the process' umask says. */
  private static void makeDirectories(Path path) throws IOException {
    if (Files.exists(path)) {
      return;
    }
    if (path.getParent() != null) {
      makeDirectories(path.getParent());
    }
    Files.createDirectory(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(DIRECTORY_MODE));
  }

  /** Never its folder: who names a file says that the folder is there. */
  private static void makeFile(Path path) throws IOException, AssemblyException {
    try {
      Files.createFile(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(FILE_MODE));
    } catch (NoSuchFileException e) {
      throw failed("open " + path + ": no such file or directory");
    }
  }

  private static boolean isA(Path path, int type) throws IOException {
    return Files.exists(path) && ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == type;
  }

  /**
   * A subPath, made as a directory where it is missing. Links are followed first, so that it cannot
   * lead out of the volume.
   */
  static Path inside(Path volume, String subPath) throws AssemblyException {
    try {
      Path path = volume.resolve(subPath).normalize();
      Path home = volume.toRealPath();
      if (!path.startsWith(volume)) {
        throw escape(subPath);
      }
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        Path parent = path;
        while (!Files.exists(parent)) {
          parent = parent.getParent();
        }
        if (!parent.toRealPath().startsWith(home)) {
          throw escape(subPath);
        }
        Files.createDirectories(path);
      }
      Path real = path.toRealPath();
      if (!real.startsWith(home)) {
        throw escape(subPath);
      }
      return real;
    } catch (IOException e) {
      throw new AssemblyException(
          "CreateContainerConfigError",
          "failed to prepare subPath " + subPath + ": " + e.getMessage());
    }
  }

  private static AssemblyException escape(String subPath) {
    return new AssemblyException(
        "CreateContainerConfigError", "subPath \"" + subPath + "\" leads out of its volume");
  }
}

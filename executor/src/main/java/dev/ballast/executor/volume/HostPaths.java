package dev.ballast.executor.volume;

import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.manifest.VolumeManifest.HostPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Paths that a pod names on this machine. */
final class HostPaths {

  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;
  private static final int BLOCK = 0060000;
  private static final int CHARACTER = 0020000;

  private HostPaths() {}

  /** Checks the path against its type, and makes what may be made. */
  static void check(HostPath host) throws IOException, AssemblyException {
    Path path = Path.of(host.path());
    boolean ok =
        switch (host.type()) {
          case "" -> {
            if (!Files.exists(path)) {
              Files.createDirectories(path);
            }
            yield true;
          }
          case "DirectoryOrCreate" -> {
            Files.createDirectories(path);
            yield true;
          }
          case "FileOrCreate" -> {
            if (!Files.exists(path)) {
              Files.createFile(path);
            }
            yield Files.isRegularFile(path);
          }
          case "Directory" -> Files.isDirectory(path);
          case "File" -> Files.isRegularFile(path);
          case "Socket" -> isA(path, SOCKET);
          case "BlockDevice" -> isA(path, BLOCK);
          case "CharDevice" -> isA(path, CHARACTER);
          default -> false;
        };
    if (!ok) {
      throw new AssemblyException(
          "FailedMount", "hostPath type check failed: " + path + " is not a " + host.type());
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

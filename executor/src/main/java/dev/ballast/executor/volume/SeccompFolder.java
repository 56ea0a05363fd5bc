package dev.ballast.executor.volume;

import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.assemble.SeccompProfiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Seccomp profiles in one folder, where the machine's owner puts them.
 *
 * @param folder the kubelet's is {@code /var/lib/kubelet/seccomp}; here it is in the agent's data
 */
public record SeccompFolder(Path folder) implements SeccompProfiles {

  @Override
  public String read(String localhostProfile) throws AssemblyException {
    Path path = folder.resolve(localhostProfile).normalize();
    try {
      if (path.startsWith(folder) && Files.isRegularFile(path)) {
        return Files.readString(path);
      }
    } catch (IOException e) {
      throw missing(path, e.getMessage());
    }
    throw missing(path, "no such file");
  }

  private static AssemblyException missing(Path path, String why) {
    return new AssemblyException(
        "CreateContainerError",
        "cannot load seccomp profile \"" + path + "\": " + why + "; put it there on this node");
  }
}

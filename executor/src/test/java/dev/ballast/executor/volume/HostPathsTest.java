package dev.ballast.executor.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.manifest.VolumeManifest.HostPath;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every type of a hostPath against everything that may lie there. */
class HostPathsTest {

  @TempDir Path home;

  /** Something of a kind, reached over a link. */
  private Path something(String kind) throws Exception {
    Path path = home.resolve("it");
    switch (kind) {
      case "directory" -> Files.createDirectory(path);
      case "file" -> Files.createFile(path);
      case "socket" -> {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
          server.bind(UnixDomainSocketAddress.of(path));
        }
      }
      case "character" -> path = Path.of("/dev/null");
      default -> make(path);
    }
    return Files.createSymbolicLink(home.resolve("link"), path);
  }

  private static void make(Path block) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("mknod", block.toString(), "b", "7", "250").start();
    assumeTrue(process.waitFor() == 0, "only root makes block devices");
  }

  private static String refusal(Path path, String type) {
    return assertThrows(
            AssemblyException.class, () -> HostPaths.check(new HostPath(path.toString(), type)))
        .getMessage();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "Directory,         a directory,        directory",
    "DirectoryOrCreate, a directory,        directory",
    "File,              a file,             file",
    "FileOrCreate,      a file,             file",
    "Socket,            a socket file,      socket",
    "CharDevice,        a character device, character",
    "BlockDevice,       a block device,     block",
  })
  void aTypeTakesItsOwnKindOnly(String type, String words, String own) throws Exception {
    for (String kind : new String[] {"directory", "file", "socket", "character", "block"}) {
      Path path = something(kind);
      if (kind.equals(own)) {
        HostPaths.check(new HostPath(path.toString(), type));
      } else {
        assertEquals(
            "hostPath type check failed: " + path + " is not " + words, refusal(path, type));
      }
      HostPaths.check(new HostPath(path.toString(), ""));
      Files.delete(path);
      Files.deleteIfExists(home.resolve("it"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Directory,   a directory",
    "File,        a file",
    "Socket,      a socket file",
    "CharDevice,  a character device",
    "BlockDevice, a block device",
  })
  void whatIsNotThereIsNotMade(String type, String words) {
    Path path = home.resolve("none");
    assertEquals("hostPath type check failed: " + path + " is not " + words, refusal(path, type));
    assertFalse(Files.exists(path));
  }

  @ParameterizedTest
  @CsvSource({"''", "DirectoryOrCreate"})
  void aDirectoryIsMadeWithAllAboveIt(String type) throws Exception {
    Path path = home.resolve("a/b");
    HostPaths.check(new HostPath(path.toString(), type));
    assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
  }

  @Test
  void aFileIsMadeEmptyButNotItsFolder() throws Exception {
    Path path = home.resolve("made");
    HostPaths.check(new HostPath(path.toString(), "FileOrCreate"));
    assertEquals(0, Files.size(path));
    assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    Path deep = home.resolve("none/made");
    assertEquals("open " + deep + ": no such file or directory", refusal(deep, "FileOrCreate"));
    assertFalse(Files.exists(deep.getParent()));
  }

  @Test
  void whatIsThereIsLeftAsItIs() throws Exception {
    Path file = Files.writeString(home.resolve("f"), "kept");
    HostPaths.check(new HostPath(file.toString(), "FileOrCreate"));
    Path directory = Files.createDirectory(home.resolve("d"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    HostPaths.check(new HostPath(directory.toString(), "DirectoryOrCreate"));
    assertEquals("kept", Files.readString(file));
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
  }

  @Test
  void anUnknownTypeIsRefused() {
    assertTrue(refusal(home, "Pipe").endsWith("Pipe is an invalid volume type"));
  }
}

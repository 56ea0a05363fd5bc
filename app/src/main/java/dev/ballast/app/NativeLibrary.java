package dev.ballast.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the database's native library is unpacked: in a directory of its own inside the data
 * directory, for as long as it takes to load it, so that a process that is killed leaves nothing in
 * the directory for temporary files. Who sets {@value #PROPERTY} (on a data disk that is mounted
 * noexec, say) has it there instead. One thread at a time.
 */
final class NativeLibrary {

  /** The driver's, read when the first file is opened. */
  static final String PROPERTY = "org.sqlite.tmpdir";

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
  private static final String PREFIX = "unfinished-native-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "\\d+");

  private final Path data;
  private Path own;

  NativeLibrary(Path data) {
    this.data = data;
  }

  /**
   * Opens what needs the library.
   *
   * @throws UncheckedIOException when the data directory cannot be used
   */
  static <T> T during(Path data, Supplier<T> opens) {
    NativeLibrary library = new NativeLibrary(data);
    library.prepare();
    try {
      return opens.get();
    } finally {
      library.remove();
    }
  }

  /**
   * From now on it is unpacked here. Doing so twice changes nothing.
   *
   * @throws UncheckedIOException when the data directory cannot be used
   */
  void prepare() {
    if (own != null || System.getProperty(PROPERTY) != null) {
      return;
    }
    try {
      own = Files.createTempDirectory(SecretFiles.directory(data), PREFIX); // mode 0700
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the directory " + data, e);
    }
    System.setProperty(PROPERTY, own.toAbsolutePath().toString());
  }

  /** What is loaded needs its file no more. */
  void remove() {
    if (own != null) {
      System.clearProperty(PROPERTY);
      delete(own);
      own = null;
    }
  }

  /**
   * Removes what processes left that were killed while they loaded it. Only for whoever holds the
   * directory, in which people keep files too: only what is named as we name it goes.
   */
  static void removeLeftovers(Path data) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(data, NativeLibrary::isOurs)) {
      left.forEach(NativeLibrary::delete);
    } catch (IOException e) {
      throw new StartFailure("cannot look into " + data + ": " + e.getMessage(), e);
    }
  }

  /** Whether that is what such a directory is called. */
  static boolean names(String name) {
    return NAME.matcher(name).matches();
  }

  private static boolean isOurs(Path path) {
    return names(path.getFileName().toString())
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** What cannot be deleted yet (a file in use on NFS) goes at the next start. */
  private static void delete(Path directory) {
    if (Files.notExists(directory)) {
      return;
    }
    try (Stream<Path> content = Files.walk(directory)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}", directory, e.toString());
    }
  }
}

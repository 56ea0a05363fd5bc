package dev.ballast.app;

import dev.ballast.stategrid.StateGrid;
import dev.ballast.stategrid.log.LogException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A cluster in one file: a ZIP of the state, the secrets, and last a list of the SHA-256 of
 * everything before it, without which the file is not whole.
 */
final class Backup {

  private static final String FORMAT = "ballast-backup-1";
  private static final String STATE = "state.db";
  private static final String SUMS = "SHA256SUMS";

  private Backup() {}

  /** Writes a backup of a running member; commits and reads go on. */
  static void write(StateGrid grid, Path data, OutputStream target) throws IOException {
    Path copy = Files.createTempFile(data, "backup", ".db");
    try (ZipOutputStream zip = new ZipOutputStream(target)) {
      zip.setLevel(Deflater.BEST_SPEED);
      Map<String, String> sums = new TreeMap<>();
      add(zip, sums, "FORMAT", out -> out.write(FORMAT.getBytes(StandardCharsets.US_ASCII)));
      for (Map.Entry<String, byte[]> secret : SecretFiles.read(data).entrySet()) {
        add(zip, sums, secret.getKey(), out -> out.write(secret.getValue()));
      }
      grid.copyTo(copy);
      add(zip, sums, STATE, out -> Files.copy(copy, out));
      StringBuilder list = new StringBuilder();
      sums.forEach((name, sum) -> list.append(sum).append("  ").append(name).append('\n'));
      zip.putNextEntry(new ZipEntry(SUMS));
      zip.write(list.toString().getBytes(StandardCharsets.US_ASCII));
      zip.closeEntry();
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private interface Content {
    void to(OutputStream out) throws IOException;
  }

  private static void add(
      ZipOutputStream zip, Map<String, String> sums, String name, Content content)
      throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    DigestOutputStream digesting = new DigestOutputStream(zip, sha256());
    content.to(digesting);
    zip.closeEntry();
    sums.put(name, HexFormat.of().formatHex(digesting.getMessageDigest().digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Unpacks a backup into an empty directory; nothing is left there when it is not whole.
   *
   * @throws StartFailure in words for a person
   */
  static void restore(Path file, Path data) {
    try {
      if (Files.exists(data) && !isEmpty(data)) {
        throw new StartFailure(data + " is not empty: restore into an empty directory");
      }
      SecretFiles.directory(data);
      Path fresh = SecretFiles.directory(data.resolve("restoring"));
      try {
        unpack(file, fresh);
        StateGrid.restore(fresh.resolve(STATE), data);
        for (Map.Entry<String, byte[]> secret : SecretFiles.read(fresh).entrySet()) {
          SecretFiles.write(data, secret.getKey(), secret.getValue());
        }
      } finally {
        delete(fresh);
      }
    } catch (IOException | LogException e) {
      throw new StartFailure("cannot restore " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * @throws IOException when a file is no whole backup
   */
  static void check(Path file) throws IOException {
    Path scratch = Files.createTempDirectory("ballast-backup");
    try {
      unpack(file, scratch);
    } finally {
      delete(scratch);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> content = Files.list(directory)) {
      return content.findAny().isEmpty();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> content = Files.walk(directory)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void unpack(Path file, Path into) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    String listed = "";
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (name.equals(SUMS)) {
          listed = new String(zip.readAllBytes(), StandardCharsets.US_ASCII);
        } else {
          sums.put(name, take(zip, name, into));
        }
      }
    }
    StringBuilder found = new StringBuilder();
    sums.forEach((name, sum) -> found.append(sum).append("  ").append(name).append('\n'));
    if (!sums.containsKey(STATE) || !found.toString().equals(listed)) {
      throw new IOException("the file is damaged or cut off: its checksums do not agree");
    }
  }

  private static String take(ZipInputStream zip, String name, Path into) throws IOException {
    MessageDigest digest = sha256();
    boolean known = name.equals(STATE) || SecretFiles.SHARED.contains(name);
    if (!known && !name.equals("FORMAT")) {
      throw new IOException("no backup holds a file " + name);
    }
    Path path = into.resolve(name);
    SecretFiles.directory(path.getParent());
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(path), digest)) {
      zip.transferTo(out);
    }
    if (name.equals("FORMAT") && !Files.readString(path).equals(FORMAT)) {
      throw new IOException("it is in a form that this version does not know");
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}

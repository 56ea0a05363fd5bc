package dev.ballast.app;

import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.stategrid.StateGrid;
import dev.ballast.stategrid.log.LogException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster in one file: a ZIP of the state, the secrets, and last a list of the SHA-256 of
 * everything before it, without which the file is not whole.
 */
final class Backup {

  private static final String FORMAT = "ballast-backup-1";
  static final String STATE = "state.db";
  private static final String SUMS = "SHA256SUMS";
  private static final String FAILED = "FAILED";
  private static final String COPY = "unfinished-backup-";
  private static final Pattern COPIES_NAME =
      Pattern.compile(COPY + "\\d+\\.db(-journal|-wal|-shm)?");
  private static final AtomicLong COPIES = new AtomicLong();
  private static final Logger LOG = LoggerFactory.getLogger(Backup.class);

  private Backup() {}

  /**
   * Writes a backup of a running member; commits and reads go on. What fails on the way is said in
   * the file, for whoever reads it.
   *
   * @throws IOException when nobody takes it any more
   */
  static void write(StateGrid grid, Path data, OutputStream target) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(target)) {
      zip.setLevel(Deflater.BEST_SPEED);
      try {
        write(grid, data, zip);
      } catch (LogException | StoreUnavailableException | StartFailure e) {
        LOG.warn("a backup failed", e);
        zip.putNextEntry(new ZipEntry(FAILED));
        zip.write(String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
  }

  private static void write(StateGrid grid, Path data, ZipOutputStream zip) throws IOException {
    Path copy = data.resolve(COPY + COPIES.incrementAndGet() + ".db");
    try {
      Map<String, String> sums = new TreeMap<>();
      add(zip, sums, "FORMAT", out -> out.write(FORMAT.getBytes(StandardCharsets.US_ASCII)));
      for (Map.Entry<String, byte[]> secret : SecretFiles.read(data).entrySet()) {
        add(zip, sums, secret.getKey(), out -> out.write(secret.getValue()));
      }
      grid.copyTo(copy);
      add(zip, sums, STATE, out -> Files.copy(copy, out));
      zip.putNextEntry(new ZipEntry(SUMS));
      zip.write(list(sums).getBytes(StandardCharsets.US_ASCII));
      zip.closeEntry();
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static String list(Map<String, String> sums) {
    StringBuilder list = new StringBuilder();
    sums.forEach((name, sum) -> list.append(sum).append("  ").append(name).append('\n'));
    return list.toString();
  }

  /**
   * Removes the copies of a process that was killed while it wrote a backup. Only for whoever holds
   * the directory, in which people keep files too: only what is named as we name them goes.
   */
  static void removeLeftovers(Path data) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(data, Backup::isCopy)) {
      for (Path path : left) {
        LOG.info("removing {}, which an earlier process left", path);
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new StartFailure("cannot remove old copies from " + data + ": " + e.getMessage(), e);
    }
  }

  private static boolean isCopy(Path path) {
    return COPIES_NAME.matcher(path.getFileName().toString()).matches()
        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
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
   * @throws IOException in words for a person when a file is no whole backup
   */
  static void check(Path file) throws IOException {
    read(file, name -> OutputStream.nullOutputStream());
  }

  /**
   * Makes a directory's files of a backup's, none of them synced.
   *
   * @throws IOException in words for a person when it is not whole; what is there then is good for
   *     nothing
   */
  static void unpack(Path file, Path into) throws IOException {
    read(
        file,
        name -> {
          Path path = into.resolve(name);
          SecretFiles.directory(path.getParent());
          return Files.newOutputStream(path);
        });
  }

  private interface Target {
    OutputStream of(String name) throws IOException;
  }

  private static void read(Path file, Target target) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    String listed = "";
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        switch (name) {
          case SUMS -> listed = new String(zip.readAllBytes(), StandardCharsets.US_ASCII);
          case FAILED ->
              throw new IOException(
                  "the member could not finish it: "
                      + new String(zip.readAllBytes(), StandardCharsets.UTF_8));
          case "FORMAT" -> sums.put(name, format(zip.readAllBytes()));
          default -> sums.put(name, take(zip, name, target));
        }
      }
    } catch (EOFException | ZipException e) {
      String where = e.getMessage() == null ? "" : ": " + e.getMessage();
      throw new IOException("the file is damaged or cut off" + where, e);
    }
    if (sums.isEmpty()) {
      throw new IOException("it is no backup, or nothing but its beginning");
    }
    if (listed.isEmpty()) {
      throw new IOException("the file is cut off: the list of its checksums is missing");
    }
    if (!sums.containsKey(STATE) || !list(sums).equals(listed)) {
      throw new IOException("the file is damaged: its checksums do not agree");
    }
  }

  private static String format(byte[] said) throws IOException {
    if (!new String(said, StandardCharsets.US_ASCII).equals(FORMAT)) {
      throw new IOException("it is in a form that this version does not know");
    }
    return HexFormat.of().formatHex(sha256().digest(said));
  }

  private static String take(ZipInputStream zip, String name, Target target) throws IOException {
    if (!name.equals(STATE) && !SecretFiles.SHARED.contains(name)) {
      throw new IOException("no backup holds a file " + name);
    }
    MessageDigest digest = sha256();
    try (OutputStream out = new DigestOutputStream(target.of(name), digest)) {
      zip.transferTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}

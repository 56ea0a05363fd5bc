package dev.ballast.stategrid.raft;

import dev.ballast.stategrid.log.LogException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where Raft keeps the term that this member is in and whom it voted for. Ratis puts an empty file
 * in its place when the disk is full, and a member does not start with that.
 */
final class VoteFile {

  private static final Logger LOG = LoggerFactory.getLogger(VoteFile.class);

  /**
   * A term begins with an election, which takes a second, and whoever wins it puts an entry into
   * the log: so many votes since the newest entry are not in anybody's lifetime. In a term beyond
   * them all this member can vote as if it never had.
   */
  private static final long FAR = 1_000_000;

  private VoteFile() {}

  /**
   * Makes a file that was lost anew, in a term in which this member cannot have voted. It may be
   * lost again before an entry of a later term is in the image, so the term is kept apart, too.
   *
   * @param raft the directory of Raft's files
   * @param newestTerm of the entries that this member knows
   * @throws LogException when it cannot be written
   */
  static void mend(Path raft, UUID group, long newestTerm) {
    Path file = raft.resolve(group.toString()).resolve("current").resolve("raft-meta");
    try {
      if (Files.exists(file) && !isWhole(file)) {
        Path kept = raft.resolve("term-after-loss");
        long term = Math.max(newestTerm, termIn(kept)) + FAR;
        write(kept, term);
        write(file, term);
        LOG.warn(
            "{} was lost, as happens on a full disk; this member goes on in term {}", file, term);
      }
    } catch (IOException e) {
      throw new LogException("cannot make " + file + " anew: " + e.getMessage(), true, e);
    }
  }

  private static boolean isWhole(Path file) throws IOException {
    try {
      Properties found = read(file);
      return found.containsKey("votedFor") && Long.parseLong(found.getProperty("term", "")) >= 0;
    } catch (IllegalArgumentException e) {
      LOG.debug("{} is no such file", file, e);
      return false;
    }
  }

  /** As {@link #write} has put it there, whole or not at all. */
  private static long termIn(Path file) throws IOException {
    return Files.exists(file) ? Long.parseLong(read(file).getProperty("term")) : 0;
  }

  private static Properties read(Path file) throws IOException {
    Properties found = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      found.load(in);
    }
    return found;
  }

  private static void write(Path file, long term) throws IOException {
    Properties fresh = new Properties();
    fresh.setProperty("term", Long.toString(term));
    fresh.setProperty("votedFor", "");
    Path beside = file.resolveSibling(file.getFileName() + ".mended");
    try (OutputStream out = Files.newOutputStream(beside)) {
      fresh.store(out, "");
    }
    try (FileChannel written = FileChannel.open(beside, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(file.getParent())) {
      directory.force(true);
    }
  }
}

package dev.ballast.stategrid.raft;

import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.sqlite.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Raft's files and the image belong together. Whoever lost one of them has forgotten what it
 * promised to the others: Ratis would begin anew, as a founder even with a group of its own.
 */
final class RaftFiles {

  private static final String REMEDY =
      "Move the data directory away and let the member join anew with --join; if no other member is left, restore a backup";

  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d+).*");

  private RaftFiles() {}

  /**
   * @param raft the directory of Raft's files
   * @throws LogException in words for a person when one is there without the other
   */
  static void requireWhole(Path raft, UUID group, Image image) {
    Path current = raft.resolve(group.toString()).resolve("current");
    long index = image.stored().index();
    if (index > 0 && !Files.exists(current.resolve("raft-meta"))) {
      throw new LogException(
          "%s is at entry %d of the group's log, and the log is gone: nothing is in %s. This member can no longer keep what it promised. %s"
              .formatted(image.file(), index, current, REMEDY),
          true,
          null);
    }
    OptionalLong first = firstEntry(current);
    if (first.isPresent() && first.getAsLong() > index + 1) {
      throw new LogException(
          "%s is at entry %d, and the log in %s begins with %d: the state that belongs to it is gone. %s"
              .formatted(image.file(), Math.max(0, index), current, first.getAsLong(), REMEDY),
          true,
          null);
    }
  }

  private static OptionalLong firstEntry(Path current) {
    if (!Files.isDirectory(current)) {
      return OptionalLong.empty();
    }
    try (Stream<Path> files = Files.list(current)) {
      return files
          .map(file -> SEGMENT.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(segment -> Long.parseLong(segment.group(1)))
          .min();
    } catch (IOException e) {
      throw new LogException("cannot read " + current + ": " + e, true, e);
    }
  }
}

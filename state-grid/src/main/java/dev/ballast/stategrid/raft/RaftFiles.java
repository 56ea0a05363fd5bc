package dev.ballast.stategrid.raft;

import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.sqlite.Image;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    Path current = current(raft, group);
    long index = image.stored().index();
    if (index > 0 && !Files.exists(current.resolve("raft-meta"))) {
      throw new LogException(
          "%s is at entry %d of the group's log, and the log is gone: nothing is in %s. This member can no longer keep what it promised. %s"
              .formatted(image.file(), index, current, REMEDY),
          true,
          null);
    }
    List<Segment> segments = segments(current);
    if (!segments.isEmpty() && segments.getFirst().first() > index + 1) {
      throw new LogException(
          "%s is at entry %d, and the log in %s begins with %d: the state that belongs to it is gone. %s"
              .formatted(
                  image.file(), Math.max(0, index), current, segments.getFirst().first(), REMEDY),
          true,
          null);
    }
  }

  /**
   * A founder's image that is empty has lost what was in it, once it has taken part: its log begins
   * with the group, and what was there before the first join is in no log.
   *
   * @param raft the directory of Raft's files
   * @param image the file
   * @throws LogException in words for a person when it has taken part
   */
  static void requireNew(Path raft, UUID group, Path image) {
    Path current = current(raft, group);
    if (Files.exists(current.resolve("raft-meta")) && !hasFetched(raft)) {
      throw new LogException(
          "%s is empty, and there is a log in %s: the state that belongs to it is gone. %s"
              .formatted(image, current, REMEDY),
          true,
          null);
    }
  }

  /** An image that is taken over in a moment. */
  private static boolean hasFetched(Path raft) {
    try (Stream<Path> files = Files.list(raft)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("fetched-\\d+\\.db"));
    } catch (IOException e) {
      throw new LogException("cannot read " + raft + ": " + e, true, e);
    }
  }

  private record Segment(long first, long bytes) {}

  /** How long the log is. */
  static long bytes(Path raft, UUID group) {
    return segments(current(raft, group)).stream().mapToLong(Segment::bytes).sum();
  }

  /** The newest entry that is not in the newest so many bytes of the log; -1 when there is none. */
  static long beforeNewest(Path raft, UUID group, long bytes) {
    List<Segment> segments = segments(current(raft, group));
    long newer = 0;
    for (int i = segments.size() - 1; i >= 0; i--) {
      newer += segments.get(i).bytes();
      if (newer >= bytes) {
        return segments.get(i).first() - 1;
      }
    }
    return -1;
  }

  private static Path current(Path raft, UUID group) {
    return raft.resolve(group.toString()).resolve("current");
  }

  /** The oldest first. */
  private static List<Segment> segments(Path current) {
    if (!Files.isDirectory(current)) {
      return List.of();
    }
    List<Segment> segments = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(current)) {
      for (Path file : files) {
        Matcher name = SEGMENT.matcher(file.getFileName().toString());
        if (name.matches()) {
          segments.add(new Segment(Long.parseLong(name.group(1)), size(file)));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new LogException("cannot read " + current + ": " + e, true, e);
    }
    segments.sort(Comparator.comparingLong(Segment::first));
    return segments;
  }

  /** Of one that Ratis has let go or given its other name meanwhile, nothing. */
  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}

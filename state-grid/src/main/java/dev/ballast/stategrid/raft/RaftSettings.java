package dev.ballast.stategrid.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How this member takes part in the group.
 *
 * @param group the same on every member of a cluster, another in every other cluster
 * @param self this member; its address is where it listens
 * @param others whom it begins with; empty for the first of a group, and for one that joins: the
 *     group then tells it. Later the group's own record counts
 * @param founding whether this member may begin a group alone
 * @param directory where the log lies
 * @param election how long a leader may be silent before the others elect a new one
 * @param snapshotEvery after so many entries the log's beginning goes
 * @param keptEntries of these many the newest stay, for members that are a little behind
 */
public record RaftSettings(
    UUID group,
    Peer self,
    List<Peer> others,
    boolean founding,
    Path directory,
    Optional<MemberTls> tls,
    Duration election,
    long snapshotEvery,
    long keptEntries) {

  /** A member as the log knows it; the address is HOST:PORT. */
  public record Peer(String id, String address) {

    String host() {
      return address.substring(0, address.lastIndexOf(':')).replace("[", "").replace("]", "");
    }

    int port() {
      return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
  }

  private static final long SEGMENT_BYTES = 32L << 20;
  private static final long SMALL_SEGMENT_BYTES = 256L << 10;

  public RaftSettings {
    others = List.copyOf(others);
  }

  /** How large a file of the log may become; the log goes file by file. */
  long segmentBytes() {
    return snapshotEvery < 1_000 ? SMALL_SEGMENT_BYTES : SEGMENT_BYTES;
  }

  /** Of the log's newest so much stays at most, however few entries that are. */
  long keptBytes() {
    return 8 * segmentBytes();
  }

  /** When the log is as long as that, its beginning goes, too. */
  long mostBytes() {
    return 2 * keptBytes();
  }

  public static RaftSettings of(
      UUID group, Peer self, boolean founding, Path directory, Optional<MemberTls> tls) {
    return new RaftSettings(
        group, self, List.of(), founding, directory, tls, Duration.ofMillis(1000), 20_000, 5_000);
  }
}

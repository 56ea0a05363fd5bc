package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.sqlite.Image;
import dev.ballast.stategrid.sqlite.Room;
import dev.ballast.stategrid.wire.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that takes another's image over, and what is left of that when it cannot. */
class ImageCopiesTest {

  private static final RaftSettings.Peer LEADER = new RaftSettings.Peer("leader", "127.0.0.1:1");
  private static final long ROOMY = 1L << 40;

  @TempDir Path directory;

  private final SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));
  private final AtomicLong leaderFree = new AtomicLong(ROOMY);
  private final AtomicLong followerFree = new AtomicLong(ROOMY);
  private Path leaders;
  private Path followers;
  private Image image;
  private Image behind;
  private ImageCopies leader;
  private ImageCopies follower;

  @BeforeEach
  void open() throws IOException {
    leaders = Files.createDirectory(directory.resolve("leader"));
    followers = Files.createDirectory(directory.resolve("follower"));
    image = Image.at(directory.resolve("leader.db"), where -> leaderFree.get());
    behind = Image.at(directory.resolve("follower.db"), where -> followerFree.get());
    for (long revision = 2; revision < 200; revision++) {
      image.apply(1, revision, batch(revision));
    }
    leader = new ImageCopies(image, leaders, "leader", timers);
    follower = new ImageCopies(behind, followers, "follower", timers);
  }

  @AfterEach
  void close() {
    image.close();
    behind.close();
  }

  private static CommitLog.Batch batch(long revision) {
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "n" + revision);
    Entry entry = new Entry(Position.of(revision, 0), key, Change.ADDED, 0, Head.EMPTY);
    return new CommitLog.Batch(
        1, revision - 1, 0, List.of(new CommitLog.Row(entry, new byte[20_000])));
  }

  /** Over the wire, as a member answers. */
  private byte[] answer(MemberCall asked) {
    WireWriter out = new WireWriter().tag(0);
    switch (MemberCall.decode(asked.encode())) {
      case MemberCall.CopyImage copy -> leader.copy(copy, out);
      case MemberCall.ReadCopy read -> leader.read(read.copy(), read.offset(), out);
      case MemberCall.EndCopy end -> leader.end(end.copy());
      default -> throw new IllegalArgumentException(asked.toString());
    }
    return out.done();
  }

  private static List<Path> in(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsFetchedIsTheImageAndNothingIsLeftAtTheLeader() throws Exception {
    Path copy = follower.fetch(this::answer, LEADER);
    assertEquals(image.stored(), Image.storedIn(copy));
    timers.runFor(Duration.ofSeconds(1));
    assertEquals(List.of(), in(leaders));
  }

  @Test
  void aFollowerThatCannotTakeItLeavesNothingOnEitherDisk() {
    for (int attempt = 0; attempt < 5; attempt++) {
      assertThrows(StoreUnavailableException.class, () -> follower.fetch(this::failing, LEADER));
      timers.runFor(Duration.ofSeconds(1));
      assertEquals(List.of(), in(leaders));
      assertEquals(List.of(), in(followers));
    }
  }

  /** In the middle of it, as a disk that is full now. */
  private byte[] failing(MemberCall asked) {
    if (asked instanceof MemberCall.ReadCopy read && read.offset() > 0) {
      throw new StoreUnavailableException("full");
    }
    return answer(asked);
  }

  /** It would be fetched again and again, and no start would come by it. */
  @Test
  void anImageThatCannotBeOpenedIsNotKept() {
    StoreUnavailableException refused =
        assertThrows(StoreUnavailableException.class, () -> follower.fetch(this::newer, LEADER));
    assertTrue(refused.getMessage().contains("a newer Ballast wrote it"), refused.getMessage());
    timers.runFor(Duration.ofSeconds(1));
    assertEquals(List.of(), in(leaders));
    assertEquals(List.of(), in(followers));
  }

  /** In a form that is not known here: the number stands in the file's first page. */
  private byte[] newer(MemberCall asked) {
    byte[] answer = answer(asked);
    if (asked instanceof MemberCall.ReadCopy read && read.offset() == 0) {
      int user = new String(answer, StandardCharsets.ISO_8859_1).indexOf("SQLite format 3") + 60;
      answer[user + 3] = 99;
    }
    return answer;
  }

  /** The pieces of two images are none. */
  @Test
  void aCopyOfBeforeALeadersRestartIsNotReadOnFromAnother() {
    StoreUnavailableException refused =
        assertThrows(
            StoreUnavailableException.class, () -> follower.fetch(this::startingAnew, LEADER));
    assertTrue(refused.getMessage().matches("copy \\d+ is gone"), refused.getMessage());
    assertEquals(List.of(), in(followers));
  }

  /** Between two pieces, and makes a copy for another member. */
  private byte[] startingAnew(MemberCall asked) {
    if (asked instanceof MemberCall.ReadCopy read && read.offset() > 0) {
      image.apply(1, 200, batch(200));
      leader = new ImageCopies(image, leaders, "leader", timers);
      answer(new MemberCall.CopyImage("other", ROOMY));
    }
    return answer(asked);
  }

  @Test
  void aMemberHasOneCopyHoweverOftenItAsks() {
    for (int i = 0; i < 5; i++) {
      answer(new MemberCall.CopyImage("follower", ROOMY));
      answer(new MemberCall.CopyImage("other", ROOMY));
    }
    assertEquals(2, in(leaders).size());
  }

  @Test
  void aCopyThatNobodyReadsIsRemovedAndOneThatIsReadStays() {
    answer(new MemberCall.CopyImage("gone", ROOMY));
    long slow = Calls.answer(answer(new MemberCall.CopyImage("slow", ROOMY))).number();
    for (int minute = 0; minute < 30; minute++) {
      answer(new MemberCall.ReadCopy(slow, 0));
      timers.runFor(Duration.ofMinutes(1));
    }
    assertEquals(1, in(leaders).size());
    timers.runFor(Duration.ofMinutes(11));
    assertEquals(List.of(), in(leaders));
  }

  @Test
  void aLeaderWithoutRoomSaysSoAndWritesNothing() {
    long needed = image.copyBytes();
    leaderFree.set(needed + Room.KEPT_FREE_BYTES - 1);
    StoreUnavailableException refused =
        assertThrows(StoreUnavailableException.class, () -> follower.fetch(this::answer, LEADER));
    for (Object value : new Object[] {leaders, needed, leaderFree}) {
      assertTrue(refused.getMessage().contains(value.toString()), refused.getMessage());
    }
    assertEquals(List.of(), in(leaders));
  }

  @Test
  void forAFollowerWithoutRoomNoCopyIsMade() {
    followerFree.set(image.copyBytes() + Room.KEPT_FREE_BYTES - 1);
    StoreUnavailableException refused =
        assertThrows(
            StoreUnavailableException.class,
            () ->
                follower.fetch(
                    asked -> {
                      byte[] answer = answer(asked);
                      assertEquals(List.of(), in(leaders), "made in vain");
                      return answer;
                    },
                    LEADER));
    assertTrue(refused.getMessage().contains("disk of member follower"), refused.getMessage());
  }

  /** A leader of the first version makes a copy for whoever asks, and learns no more than that. */
  @Test
  void theFirstVersionsQuestionIsUnderstood() {
    byte[] first = new WireWriter().tag(6).done();
    assertEquals(MemberCall.CopyImage.OF_THE_FIRST_VERSION, MemberCall.decode(first));
    byte[] now = new MemberCall.CopyImage("m", 7).encode();
    assertArrayEquals(first, Arrays.copyOf(now, first.length));
    assertEquals(new MemberCall.CopyImage("m", 7), MemberCall.decode(now));
  }

  @Test
  void whatFailsIsToldOnlyAfterAPause() {
    leaderFree.set(0);
    CompletableFuture<Path> fetched = follower.fetchLater(this::answer, LEADER);
    timers.runFor(Duration.ofMillis(900));
    assertFalse(fetched.isDone(), "it would be asked for again at once");
    timers.runFor(Duration.ofMillis(200));
    assertTrue(fetched.isCompletedExceptionally());
  }

  @Test
  void aMemberThatIsAwayIsReplacedAtOnce() {
    CompletableFuture<Path> fetched =
        follower.fetchLater(
            asked -> {
              throw new RaftUnavailableException("away", true, null);
            },
            LEADER);
    timers.runFor(Duration.ofMillis(1));
    assertTrue(fetched.isCompletedExceptionally());
  }

  @Test
  void aPauseIsAsLongAsTheTroubleWas() {
    assertEquals(Duration.ofSeconds(1), ImageCopies.pause(Duration.ofMillis(3)));
    assertEquals(Duration.ofSeconds(9), ImageCopies.pause(Duration.ofSeconds(9)));
    assertEquals(Duration.ofSeconds(30), ImageCopies.pause(Duration.ofMinutes(2)));
  }

  @Test
  void whatAKilledProcessLeftIsRemoved() throws IOException {
    for (String left :
        List.of("incoming.db", "incoming.db-wal", "outgoing-3.db", "outgoing-4.db-journal")) {
      Files.writeString(leaders.resolve(left), "half");
    }
    Path other = Files.writeString(leaders.resolve("other"), "whole");
    leader = new ImageCopies(image, leaders, "leader", timers);
    assertEquals(List.of(other), in(leaders));
  }
}

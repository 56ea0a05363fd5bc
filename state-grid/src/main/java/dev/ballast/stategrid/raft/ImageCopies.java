package dev.ballast.stategrid.raft;

import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.sqlite.Image;
import dev.ballast.stategrid.sqlite.Room;
import dev.ballast.stategrid.wire.WireReader;
import dev.ballast.stategrid.wire.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of the image on their way between members, both ends. A copy is made when a member asks
 * for it, if there is room for it on both disks, and lies beside the log until it has been fetched:
 * one for each member at most, and none that nobody reads. Thread-safe.
 */
final class ImageCopies {

  private static final Logger LOG = LoggerFactory.getLogger(ImageCopies.class);
  private static final int PIECE = 1 << 20;
  private static final String INCOMING = "incoming.db";
  private static final String FETCHED = "fetched-";
  private static final String OUTGOING = "outgoing-";

  /** For one that nobody reads any more. */
  private static final Duration KEPT = Duration.ofMinutes(5);

  static final Duration COPYING = Duration.ofMinutes(5);
  private static final Duration READING = Duration.ofSeconds(20);
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** One that is being fetched. */
  private static final class Copy {
    private final Path path;
    private volatile Now used;

    Copy(Path path, Now used) {
      this.path = path;
      this.used = used;
    }
  }

  private final Image image;
  private final Path directory;
  private final String self;
  private final Timers timers;

  /**
   * No process begins where another did: who was fetching a copy when this member started anew must
   * not read on from one that was made for somebody else since.
   */
  private final AtomicLong numbers = new AtomicLong(new SecureRandom().nextLong(1L << 62));

  private final Map<Long, Copy> outgoing = new ConcurrentHashMap<>();
  private final Map<String, Long> newest = new ConcurrentHashMap<>();

  /**
   * Removes what a process that was killed has left there, but for images that were fetched whole.
   *
   * @param self this member's id
   * @throws LogException when it cannot
   */
  ImageCopies(Image image, Path directory, String self, Timers timers) {
    this.image = image;
    this.directory = directory;
    this.self = self;
    this.timers = timers;
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(directory, "{" + INCOMING + "," + OUTGOING + "*.db}*")) {
      for (Path path : left) {
        LOG.info("removing {}, which an earlier process left", path);
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new LogException("cannot remove old copies from " + directory + ": " + e, true, e);
    }
  }

  /**
   * Images that an earlier process fetched and perhaps did not come to take over. The log may have
   * let go by then what they hold.
   */
  List<Path> fetchedBefore() {
    List<Path> whole = new ArrayList<>();
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, FETCHED + "*.db")) {
      left.forEach(whole::add);
    } catch (IOException e) {
      throw new LogException("cannot look into " + directory + ": " + e, true, e);
    }
    return whole;
  }

  /**
   * Answers with the copy's number and size. Who asks again needs no earlier one any more.
   *
   * @throws StoreUnavailableException in words for a person when there is no room for it
   */
  void copy(MemberCall.CopyImage call, WireWriter answer) {
    long number = numbers.incrementAndGet();
    if (!call.member().isEmpty()) {
      end(newest.put(call.member(), number));
    }
    long bytes = image.copyBytes();
    if (bytes > call.room()) {
      throw new StoreUnavailableException(
          "no room for the image on the disk of member %s: it needs %d bytes beside %d that stay free, and may take %d; make room there"
              .formatted(call.member(), bytes, Room.KEPT_FREE_BYTES, call.room()));
    }
    Path path = directory.resolve(OUTGOING + number + ".db");
    image.copyTo(path);
    answer.number(number).number(size(path));
    outgoing.put(number, new Copy(path, timers.now()));
    if (newest.getOrDefault(call.member(), number) != number) {
      end(number);
      throw new StoreUnavailableException(call.member() + " has asked again since");
    }
    timers.schedule(KEPT, () -> endUnread(number));
  }

  private static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void read(long number, long offset, WireWriter answer) {
    Copy copy = outgoing.get(number);
    if (copy == null) {
      throw new StoreUnavailableException("copy " + number + " is gone");
    }
    copy.used = timers.now();
    try (FileChannel channel = FileChannel.open(copy.path, StandardOpenOption.READ)) {
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      while (piece.hasRemaining() && channel.read(piece, offset + piece.position()) >= 0) {}
      byte[] bytes = new byte[piece.position()];
      piece.flip().get(bytes);
      answer.bytes(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the copy " + copy.path, e);
    }
  }

  /**
   * @param number may be null
   */
  void end(Long number) {
    Copy copy = number == null ? null : outgoing.remove(number);
    if (copy != null) {
      delete(copy.path);
    }
  }

  private void endUnread(long number) {
    Copy copy = outgoing.get(number);
    if (copy == null) {
      return;
    }
    Duration left = KEPT.minus(timers.now().since(copy.used));
    if (left.isPositive()) {
      timers.schedule(left, () -> endUnread(number));
    } else {
      LOG.info("nobody reads {} any more", copy.path);
      end(number);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("cannot delete {}", path, e);
    }
  }

  /**
   * Fetches a member's image; the synced file. Ratis asks again as soon as it has failed: where the
   * other member took trouble for nothing, that is told only after as long a pause, on no thread.
   */
  CompletableFuture<Path> fetchLater(Asked other, RaftSettings.Peer from) {
    CompletableFuture<Path> fetched = new CompletableFuture<>();
    timers.execute(
        () -> {
          Now began = timers.now();
          try {
            fetched.complete(fetch(other, from));
          } catch (RaftUnavailableException e) {
            LOG.warn("could not fetch the image of {}: {}", from.id(), e.getMessage());
            fetched.completeExceptionally(e);
          } catch (RuntimeException e) {
            Duration pause = pause(timers.now().since(began));
            LOG.warn(
                "could not fetch the image of {}, trying again in {} s: {}",
                from.id(),
                pause.toSeconds(),
                e.getMessage());
            timers.schedule(pause, () -> fetched.completeExceptionally(e));
          }
        });
    return fetched;
  }

  static Duration pause(Duration attempt) {
    Duration atLeast = attempt.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : attempt;
    return atLeast.compareTo(LONGEST_PAUSE) < 0 ? atLeast : LONGEST_PAUSE;
  }

  static Duration patience(MemberCall call) {
    return call instanceof MemberCall.CopyImage ? COPYING : READING;
  }

  /** Asks the other member, and blocks. */
  interface Asked {
    byte[] answer(MemberCall call) throws RaftUnavailableException;
  }

  /**
   * @throws RaftUnavailableException when the other member cannot be reached
   * @throws StoreUnavailableException when it cannot give its image, or this disk not take it
   */
  Path fetch(Asked other, RaftSettings.Peer from) throws RaftUnavailableException {
    Path path = directory.resolve(INCOMING);
    Path fetched = directory.resolve(FETCHED + numbers.incrementAndGet() + ".db");
    delete(path);
    long room = image.room().forCopies(directory);
    MemberCall.CopyImage question = new MemberCall.CopyImage(self, room);
    WireReader made = Calls.answer(other.answer(question));
    long number = made.number();
    long size = made.number();
    LOG.info("fetching the image of {} ({} bytes)", from.id(), size);
    boolean whole = false;
    try {
      // One of an earlier version did not look.
      image.room().require(size, directory, "the image of " + from.id());
      take(other, number, size, path);
      Image.storedIn(path); // What cannot be opened here must not wait for the next start.
      synced(path);
      Files.move(path, fetched, StandardCopyOption.ATOMIC_MOVE);
      synced(directory);
      whole = true;
      return fetched;
    } catch (RaftUnavailableException e) {
      // Not to be tried again at once: the other one made a copy for it.
      throw new StoreUnavailableException(e.getMessage(), e);
    } catch (IOException | LogException e) {
      throw new StoreUnavailableException("cannot keep " + path + ": " + e.getMessage(), e);
    } finally {
      if (!whole) {
        delete(path);
      }
      // On a thread of its own: nobody should wait for a member that has just gone away.
      timers.execute(() -> done(other, number));
    }
  }

  private static void synced(Path fileOrDirectory) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOrDirectory)) {
      channel.force(true);
    }
  }

  private static void take(Asked other, long number, long size, Path path)
      throws RaftUnavailableException {
    try (FileChannel channel =
        FileChannel.open(
            Files.createFile(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
            StandardOpenOption.WRITE)) {
      for (long offset = 0; offset < size; ) {
        byte[] piece = Calls.answer(other.answer(new MemberCall.ReadCopy(number, offset))).bytes();
        if (piece.length == 0) {
          throw new StoreUnavailableException("the copy ended at " + offset);
        }
        channel.write(ByteBuffer.wrap(piece), offset);
        offset += piece.length;
      }
      channel.force(true);
    } catch (IOException e) {
      throw new StoreUnavailableException("cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  /** The other one would keep it for a while otherwise. */
  private static void done(Asked other, long number) {
    try {
      Calls.answer(other.answer(new MemberCall.EndCopy(number)));
    } catch (RaftUnavailableException | StoreUnavailableException e) {
      LOG.info("a copy that is not needed any more stays a while: {}", e.getMessage());
    }
  }
}

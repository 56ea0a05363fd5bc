package dev.ballast.stategrid.raft;

import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.sqlite.Image;
import dev.ballast.stategrid.wire.WireReader;
import dev.ballast.stategrid.wire.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of the image on their way between members, both ends. A copy is made when a member asks
 * for it and lies beside the log until it has been fetched. Thread-safe.
 */
final class ImageCopies {

  private static final Logger LOG = LoggerFactory.getLogger(ImageCopies.class);
  private static final int PIECE = 1 << 20;
  private static final Duration KEPT = Duration.ofMinutes(10);
  static final Duration COPYING = Duration.ofMinutes(5);
  private static final Duration READING = Duration.ofSeconds(20);

  private final Image image;
  private final Path directory;
  private final Timers timers;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Path> outgoing = new ConcurrentHashMap<>();

  ImageCopies(Image image, Path directory, Timers timers) {
    this.image = image;
    this.directory = directory;
    this.timers = timers;
  }

  /** Answers with the copy's number and size. */
  void copy(WireWriter answer) {
    long number = numbers.incrementAndGet();
    Path path = directory.resolve("outgoing-" + number + ".db");
    image.copyTo(path);
    outgoing.put(number, path);
    timers.schedule(KEPT, () -> end(number));
    answer.number(number).number(size(path));
  }

  private static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void read(long number, long offset, WireWriter answer) {
    Path path = outgoing.get(number);
    if (path == null) {
      throw new IllegalStateException("copy " + number + " is gone");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      while (piece.hasRemaining() && channel.read(piece, offset + piece.position()) >= 0) {}
      byte[] bytes = new byte[piece.position()];
      piece.flip().get(bytes);
      answer.bytes(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the copy " + path, e);
    }
  }

  void end(long number) {
    Path path = outgoing.remove(number);
    if (path != null) {
      delete(path);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("cannot delete {}", path, e);
    }
  }

  /** Fetches a member's image; returns the synced file. Blocks. */
  Path fetch(RaftNode node, RaftSettings.Peer from) throws RaftUnavailableException {
    Path path = directory.resolve("incoming.db");
    WireReader made = ask(node, from, new MemberCall.CopyImage(), COPYING);
    long number = made.number();
    long size = made.number();
    LOG.info("fetching the image of {} ({} bytes)", from.id(), size);
    delete(path);
    try (FileChannel channel =
        FileChannel.open(
            Files.createFile(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
            StandardOpenOption.WRITE)) {
      for (long offset = 0; offset < size; ) {
        byte[] piece = ask(node, from, new MemberCall.ReadCopy(number, offset), READING).bytes();
        if (piece.length == 0) {
          throw new RaftUnavailableException("the copy ended at " + offset, true, null);
        }
        channel.write(ByteBuffer.wrap(piece), offset);
        offset += piece.length;
      }
      channel.force(true);
    } catch (IOException e) {
      throw new RaftUnavailableException("cannot write " + path + ": " + e, true, e);
    }
    ask(node, from, new MemberCall.EndCopy(number), READING);
    return path;
  }

  private static WireReader ask(
      RaftNode node, RaftSettings.Peer from, MemberCall call, Duration patience)
      throws RaftUnavailableException {
    return Calls.answer(node.call(from, call.encode(), patience));
  }
}

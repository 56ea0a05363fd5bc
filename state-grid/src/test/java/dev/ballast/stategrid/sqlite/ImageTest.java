package dev.ballast.stategrid.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of an image, and another image in its place. */
class ImageTest {

  private static final long LAST = 400;

  @TempDir Path directory;

  private Image filled(String name, long last) {
    Image image = Image.at(directory.resolve(name));
    for (long revision = 2; revision <= last; revision++) {
      image.apply(1, revision, batch(revision));
    }
    return image;
  }

  private static CommitLog.Batch batch(long revision) {
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "n" + revision);
    Entry entry = new Entry(Position.of(revision, 0), key, Change.ADDED, 0, Head.EMPTY);
    return new CommitLog.Batch(
        1, revision - 1, 0, List.of(new CommitLog.Row(entry, new byte[50_000])));
  }

  @Test
  void aCopyIsTheOwnersFromItsFirstByte() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path target = directory.resolve("copy.db");
    try (Image image = filled("state.db", LAST)) {
      CompletableFuture<Void> copied = inBackground(() -> image.copyTo(target));
      while (!copied.isDone()) {
        if (Files.exists(target)) {
          assertEquals("rw-------", mode(target));
        }
      }
      copied.get();
      assertEquals("rw-------", mode(target));
      assertEquals(image.stored(), Image.storedIn(target));
      assertTrue(image.copyBytes() >= LAST * 50_000);
      assertTrue(Files.size(target) <= image.copyBytes());
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aCopyWithoutRoomIsRefusedWithTheValues() {
    Path target = directory.resolve("copy.db");
    try (Image image = Image.at(directory.resolve("state.db"), where -> 40_000_000)) {
      image.copyTo(target);
      for (long revision = 2; revision <= 200; revision++) {
        image.apply(1, revision, batch(revision));
      }
      StoreUnavailableException refused =
          assertThrows(StoreUnavailableException.class, () -> image.copyTo(target));
      String said = refused.getMessage();
      assertTrue(said.contains(Long.toString(image.copyBytes())), said);
      assertTrue(said.contains("40000000"), said);
      assertFalse(Files.exists(target), "nothing of it");
    }
  }

  @Test
  void aCopyThatFailsLeavesNothing() {
    Path target = directory.resolve("copy.db");
    Room unlucky =
        where -> {
          // What SQLite cannot write into.
          assertTrue(target.toFile().mkdir());
          return 1L << 40;
        };
    try (Image image = Image.at(directory.resolve("state.db"), unlucky)) {
      assertThrows(LogException.class, () -> image.copyTo(target));
      assertFalse(Files.exists(target), "it would take room for ever");
    }
  }

  /**
   * While somebody reads an older state, the image's log cannot be put into the image. Without that
   * log it would lack what is nowhere else any more.
   */
  @Test
  void anImageIsNotReplacedWhileItsLogIsInUse() throws Exception {
    Path copy = directory.resolve("copy.db");
    Path file = directory.resolve("state.db");
    try (Image newer = filled("newer.db", 9)) {
      newer.copyTo(copy);
    }
    try (Image image = filled("state.db", 2);
        var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var reading = connection.createStatement()) {
      reading.execute("PRAGMA busy_timeout=0");
      reading.execute("BEGIN");
      reading.executeQuery("SELECT count(*) FROM entry").close();
      image.apply(1, 3, batch(3));
      assertThrows(LogException.class, () -> image.replace(copy, () -> {}));
      assertTrue(Files.size(directory.resolve("state.db-wal")) > 0, "its log was deleted");
      reading.execute("COMMIT");
      assertEquals(3, image.stored().tip());
      image.replace(copy, () -> {});
      assertEquals(9, image.stored().tip());
    }
    try (Image again = Image.at(file)) {
      assertEquals(9, again.stored().tip());
    }
  }

  /** The copy's connection would keep the log in use, and delete the other's when it closes. */
  @Test
  void aCopyThatIsBeingMadeEndsBeforeTheImageIsReplaced() throws Exception {
    Path copy = directory.resolve("copy.db");
    Path own = directory.resolve("own.db");
    try (Image newer = filled("newer.db", 9)) {
      newer.copyTo(copy);
    }
    CountDownLatch copying = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (Image image = Image.at(directory.resolve("state.db"), slow(copying, goOn))) {
      image.apply(1, 2, batch(2));
      CompletableFuture<Void> copied = inBackground(() -> image.copyTo(own));
      assertTrue(copying.await(20, TimeUnit.SECONDS));
      CompletableFuture<Void> replaced = inBackground(() -> image.replace(copy, () -> {}));
      assertThrows(TimeoutException.class, () -> replaced.get(500, TimeUnit.MILLISECONDS));
      goOn.countDown();
      replaced.get(20, TimeUnit.SECONDS);
      copied.handle((done, failure) -> failure).get(20, TimeUnit.SECONDS);
      assertEquals(9, image.stored().tip());
    }
  }

  /**
   * The common pool may have one thread only, and what waits in it keeps the next from beginning.
   */
  private static CompletableFuture<Void> inBackground(Runnable task) {
    return CompletableFuture.runAsync(task, run -> Thread.ofPlatform().daemon().start(run));
  }

  /** How a copy takes long. */
  private static Room slow(CountDownLatch begun, CountDownLatch goOn) {
    return where -> {
      begun.countDown();
      try {
        assertTrue(goOn.await(20, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return 1L << 40;
    };
  }
}

package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.raft.Deaf;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Watches at a member to which nothing comes for so long that it takes the leader's image over, and
 * which is never stopped: they find what it missed in the image, every event once and in order.
 */
class WatchesOverImagesTest {

  private static final int SNAPSHOT_EVERY = 20;
  private static final String PADDING = "y".repeat(12_000);

  @TempDir Path directory;
  private final Random random = new Random(7);
  private final Map<ObjectKey, Long> there = new HashMap<>();
  private final TreeMap<Long, List<String>> happened = new TreeMap<>();

  /** What a watch has said, and in which portions. */
  private static final class Reader implements AutoCloseable {
    private final WatchQuery query;
    private final Watch watch;
    private final List<String> events = new ArrayList<>();
    private final Set<Long> portions = new LinkedHashSet<>();
    private boolean expired;

    Reader(ResourceStore store, String namespace, long after) {
      query = new WatchQuery(ResourceType.CONFIG_MAPS, namespace, after);
      watch = store.watch(query, () -> {});
    }

    /** Everything that there is now. */
    void read() {
      boolean more = !expired;
      while (more) {
        Watch.Poll poll = watch.poll(3);
        expired = poll instanceof Watch.Poll.Expired;
        more = poll instanceof Watch.Poll.Events now && take(now);
      }
    }

    private boolean take(Watch.Poll.Events now) {
      Set<Long> revisions = new LinkedHashSet<>();
      for (Watch.Event event : now.events()) {
        revisions.add(event.document().revision());
        events.add(
            said(event.document().revision(), event.change().name(), event.document().key()));
        assertEquals(event.change() != Watch.Change.ADDED, event.previous().isPresent());
      }
      for (long revision : revisions) {
        assertTrue(portions.add(revision), "a commit comes whole: " + revision);
      }
      return now.more();
    }

    @Override
    public void close() {
      watch.close();
    }
  }

  private static String said(long revision, String change, ObjectKey key) {
    return revision + " " + change + " " + key.namespace() + "/" + key.name();
  }

  @Test
  void everyEventComesOnceAndInOrderOrItIsSaidThatTheyAreGone() {
    try (LocalGroup group = new LocalGroup(directory, 3, SNAPSHOT_EVERY).startAll();
        Deaf deaf = new Deaf(group.id())) {
      int behind = group.follower();
      StateGrid leader = group.grid(group.leader());
      ResourceStore late = group.grid(behind).store();
      long start = late.revision();
      write(leader, 5);
      long later = late.revision();
      try (Reader all = new Reader(late, "", later);
          Reader one = new Reader(late, "n1", later);
          Reader quiet = new Reader(late, "n9", later);
          Reader old = new Reader(late, "", start)) {
        List<Reader> readers = List.of(all, one, quiet);
        write(leader, 5);
        late.revision();
        readers.forEach(Reader::read);

        missAnImage(group, deaf, behind, readers, () -> {});
        write(leader, 5);
        late.revision();
        readers.forEach(Reader::read);
        old.read();
        for (Reader reader : List.of(all, one, quiet, old)) {
          assertEquals(expected(reader.query), reader.events);
        }

        try (Reader slow = new Reader(late, "n1", start);
            Reader there = new Reader(late, "n2", later)) {
          there.read();
          List<Reader> now = List.of(all, one, quiet, there);
          missAnImage(group, deaf, behind, now, () -> leader.compact(leader.store().revision()));
          slow.read();
          now.forEach(Reader::read);
          for (Reader reader : List.of(all, one, quiet, there, slow)) {
            assertTrue(reader.expired, "what it wants is gone: " + reader.query);
          }
          assertEquals(
              List.of(), slow.events, "and nothing behind it is given in place of what is gone");
        }
        long newest = late.revision();
        try (Reader anew = new Reader(late, "", newest)) {
          write(leader, 3);
          late.revision();
          anew.read();
          assertEquals(expected(anew.query), anew.events);
        }
      }
    }
  }

  /** Nothing comes to a member until only the leader's image can help it; they read meanwhile. */
  private void missAnImage(
      LocalGroup group, Deaf deaf, int behind, List<Reader> readers, Runnable midway) {
    StateGrid leader = group.grid(group.leader());
    ResourceStore late = group.grid(behind).store();
    deaf.add("m" + behind);
    long applied = group.grid(behind).group().orElseThrow().node().applied();
    write(leader, 10);
    midway.run();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              write(leader, 10);
              readers.forEach(Reader::read);
              return group.firstEntry(group.leader()) > applied + 1;
            });
    long newest = leader.store().revision();
    assertTrue(late.serializable().revision() < newest, "nothing has come");
    deaf.remove("m" + behind);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              readers.forEach(Reader::read);
              return late.serializable().revision() >= newest;
            });
  }

  private List<String> expected(WatchQuery query) {
    return happened.tailMap(query.afterRevision(), false).values().stream()
        .flatMap(List::stream)
        .filter(said -> query.namespace().isEmpty() || said.contains(" " + query.namespace() + "/"))
        .toList();
  }

  /** Commits of up to four objects, which come, change and go. */
  private void write(StateGrid leader, int commits) {
    for (int commit = 0; commit < commits; commit++) {
      Map<ObjectKey, Write> writes = new TreeMap<>();
      IntStream.rangeClosed(0, random.nextInt(4))
          .mapToObj(i -> write())
          .forEach(write -> writes.put(write.key(), write));
      CommitResult.Committed done =
          assertInstanceOf(
              CommitResult.Committed.class, leader.store().commit(List.copyOf(writes.values())));
      List<String> said = new ArrayList<>();
      for (Write write : writes.values()) {
        said.add(said(done.revision(), change(write), write.key()));
        if (write instanceof Write.Delete) {
          there.remove(write.key());
        } else {
          there.put(write.key(), done.revision());
        }
      }
      happened.put(done.revision(), said);
    }
  }

  private static String change(Write write) {
    return switch (write) {
      case Write.Create create -> "ADDED";
      case Write.Replace replace -> "MODIFIED";
      case Write.Delete delete -> "DELETED";
    };
  }

  private Write write() {
    String namespace = "n" + random.nextInt(3);
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, namespace, "x" + random.nextInt(5));
    if (there.containsKey(key) && random.nextInt(3) == 0) {
      return new Write.Delete(key, 0, DeleteOptions.DEFAULTS);
    }
    var document = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    document.putObject("metadata").put("name", key.name());
    document.putObject("data").put("x", PADDING);
    byte[] json = Json.storable(document);
    return there.containsKey(key)
        ? new Write.Replace(key, there.get(key), "", json)
        : new Write.Create(key, json);
  }
}

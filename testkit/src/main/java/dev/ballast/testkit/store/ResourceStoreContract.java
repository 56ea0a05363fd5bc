package dev.ballast.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.core.store.WatchQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What every {@code ResourceStore} keeps: subclass it, say how to {@link #open} one, and which of
 * the optional abilities the adapter has. The cases here are those of watching; writing and listing
 * come from the superclasses.
 */
public abstract class ResourceStoreContract extends ListCases {

  @Test
  void aWatchTellsWhatHappened() throws Exception {
    try (Probe probe = probe(store.revision())) {
      Document first = created("a", "1");
      Document second = committed(replace(first, "2")).documents().getFirst();
      long removed = committed(delete(key("a"))).revision();
      List<Watch.Event> events = probe.next(3);
      assertEquals(
          List.of(Change.ADDED, Change.MODIFIED, Change.DELETED),
          events.stream().map(Watch.Event::change).toList());
      assertEquals(first, events.get(0).document());
      assertEquals(second, events.get(1).document());
      Document last = events.get(2).document();
      assertEquals(removed, last.revision());
      assertEquals(Long.toString(removed), last.tree().at("/metadata/resourceVersion").asText());
      assertEquals("2", value(last));
    }
  }

  @Test
  void eventsCarryTheVersionBefore() throws Exception {
    Assumptions.assumeTrue(knowsPrevious());
    try (Probe probe = probe(store.revision())) {
      Document first = created("a", "1");
      Document second = committed(replace(first, "2")).documents().getFirst();
      committed(delete(key("a")));
      assertEquals(
          List.of(Optional.empty(), Optional.of(first), Optional.of(second)),
          probe.next(3).stream().map(Watch.Event::previous).toList());
    }
  }

  @Test
  void aWatchBeginsAtAnyKeptRevision() throws Exception {
    List<Long> revisions = new ArrayList<>();
    revisions.add(store.revision());
    for (int i = 0; i < 5; i++) {
      revisions.add(created("n" + i, "").revision());
    }
    for (int i = 0; i < 5; i++) {
      try (Probe probe = probe(revisions.get(i))) {
        List<Watch.Event> events = probe.next(5 - i);
        assertEquals("n" + i, events.getFirst().document().key().name());
        assertEquals("n4", events.getLast().document().key().name());
      }
    }
  }

  @Test
  void aListAndAWatchFromItMissNothing() throws Exception {
    created("a", "");
    ListResult.Page page = page(inAlpha());
    created("b", "");
    try (Probe probe = probe(page.revision())) {
      assertEquals("b", probe.next(1).getFirst().document().key().name());
    }
  }

  @Test
  void aWatchSeesItsNamespaceAndTypeOnly() throws Exception {
    long start = store.revision();
    try (Probe alpha = probe(start);
        Probe all = probe("", start);
        Probe secrets = new Probe(new WatchQuery(ResourceType.SECRETS, ALPHA, start))) {
      committed(create(key(BETA, "b"), ""));
      committed(create(key(ALPHA, "a"), ""));
      assertEquals(key(ALPHA, "a"), alpha.next(1).getFirst().document().key());
      assertEquals(key(BETA, "b"), all.next(2).getFirst().document().key());
      Watch.Poll.Events none = assertInstanceOf(Watch.Poll.Events.class, secrets.watch.poll(10));
      assertEquals(List.of(), none.events());
    }
  }

  @Test
  void aCommitIsDeliveredWhole() throws Exception {
    long start = store.revision();
    try (Probe probe = probe(start)) {
      committed(create(key("a"), ""), create(key("b"), ""), create(key("c"), ""));
      created("d", "");
      probe.next(0);
      List<Watch.Event> events = new ArrayList<>();
      while (events.isEmpty()) {
        Watch.Poll.Events poll = assertInstanceOf(Watch.Poll.Events.class, probe.watch.poll(1));
        events.addAll(poll.events());
        if (events.isEmpty() && !poll.more()) {
          probe.awaitSignal("no event came");
        }
      }
      assertEquals(3, events.size(), "a poll of one takes the whole commit");
      long revision = events.getFirst().document().revision();
      events.forEach(event -> assertEquals(revision, event.document().revision()));
    }
  }

  @Test
  void aPollTellsHowFarItGot() throws Exception {
    try (Probe probe = probe(store.revision())) {
      long first = created("a", "").revision();
      long second = created("b", "").revision();
      probe.next(2);
      try (Probe again = probe(first - 1)) {
        again.next(1);
        Watch.Poll.Events rest = assertInstanceOf(Watch.Poll.Events.class, again.watch.poll(10));
        while (rest.events().isEmpty()) {
          again.awaitSignal("the second event did not come");
          rest = assertInstanceOf(Watch.Poll.Events.class, again.watch.poll(10));
        }
        assertTrue(rest.revision() >= second);
      }
    }
  }

  @Test
  void everyWatchSignalsEveryCommit() throws Exception {
    long start = store.revision();
    try (Probe one = probe(start);
        Probe two = probe(start)) {
      for (int i = 0; i < 3; i++) {
        created("n" + i, "");
        assertEquals("n" + i, one.next(1).getFirst().document().key().name());
        assertEquals("n" + i, two.next(1).getFirst().document().key().name());
      }
    }
  }

  @Test
  void commitsOfManyThreadsAreSeenInOneOrder() throws Exception {
    int threads = 8;
    int each = 10;
    try (Probe probe = probe(store.revision());
        Probe other = probe(store.revision())) {
      inParallel(
          threads,
          thread -> {
            Document mine = created("t" + thread, "0");
            for (int i = 1; i < each; i++) {
              mine = committed(replace(mine, Integer.toString(i))).documents().getFirst();
            }
            return mine;
          });
      List<Watch.Event> events = probe.next(threads * each);
      assertEquals(
          events.stream().map(Watch.Event::document).toList(),
          other.next(threads * each).stream().map(Watch.Event::document).toList());
      long last = 0;
      Map<String, Integer> next = new HashMap<>();
      for (Watch.Event event : events) {
        Document document = event.document();
        assertTrue(document.revision() > last, "revisions ascend");
        last = document.revision();
        int turn = next.merge(document.key().name(), 1, Integer::sum) - 1;
        assertEquals(Integer.toString(turn), value(document), document.toString());
      }
    }
  }

  @Test
  void aRefusedCommitIsNotSeen() throws Exception {
    created("a", "1");
    try (Probe probe = probe(store.revision())) {
      assertInstanceOf(
          CommitResult.AlreadyExists.class,
          store.commit(List.of(create(key("x"), ""), create(key("a"), "2"))));
      created("b", "1");
      assertEquals("b", probe.next(1).getFirst().document().key().name());
    }
  }

  @Test
  void aCompactedRevisionCannotBeWatched() throws Exception {
    Assumptions.assumeTrue(compacts());
    long start = store.revision();
    Document first = created("a", "1");
    committed(replace(first, "2"));
    long horizon = committed(create(key("gone"), "")).revision();
    committed(delete(key("gone")));
    compact(store, horizon);
    try (Probe late = probe(start)) {
      assertEquals(start, late.end(Watch.Poll.Expired.class).revision());
    }
    try (Probe kept = probe(horizon)) {
      assertEquals(Change.DELETED, kept.next(1).getFirst().change());
    }
    assertEquals(List.of("a"), names(inAlpha()));
    assertEquals("2", value(store.get(key("a")).orElseThrow()));
  }

  @Test
  void compactionDoesNotExpireAWatchThatMissedNothing() throws Exception {
    Assumptions.assumeTrue(compacts());
    try (Probe quiet = probe(BETA, store.revision())) {
      created("a", "1");
      created("b", "1");
      compact(store, store.revision());
      committed(create(key(BETA, "c"), ""));
      assertEquals(key(BETA, "c"), quiet.next(1).getFirst().document().key());
    }
  }

  @Test
  void aClosedWatchEnds() throws Exception {
    Probe probe = probe(store.revision());
    probe.close();
    assertInstanceOf(Watch.Poll.Closed.class, probe.watch.poll(1));
    probe.close();
  }

  @Test
  void closingTheStoreEndsItsWatches() throws Exception {
    Probe probe = probe(store.revision());
    created("a", "");
    probe.next(1);
    store.close();
    probe.end(Watch.Poll.Closed.class);
  }
}

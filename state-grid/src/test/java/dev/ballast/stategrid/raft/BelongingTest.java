package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.stategrid.raft.RaftSettings.Peer;
import dev.ballast.stategrid.wire.WireWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the others say, and that they say nothing. */
class BelongingTest {

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Peer SELF = new Peer("self", "10.0.0.1:6444");
  private static final Peer ONE = new Peer("one", "10.0.0.2:6444");
  private static final Peer TWO = new Peer("two", "10.0.0.3:6444");
  private static final List<Peer> ALL = List.of(ONE, SELF, TWO);

  private final SimulatedTimers timers =
      new SimulatedTimers(Instant.parse("2026-01-02T03:04:05Z"), new Random(1));

  /** What each says; who is not in it does not answer. */
  private final Map<String, byte[]> says = new TreeMap<>();

  private final List<String> asked = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final Belonging belonging = new Belonging("self", this::answer, timers, told::add);

  private byte[] answer(Peer peer, byte[] call) throws RaftUnavailableException {
    assertEquals(new MemberCall.Gone("self"), MemberCall.decode(call));
    asked.add(peer.id());
    if (!says.containsKey(peer.id())) {
      throw new RaftUnavailableException("cut off", true, null);
    }
    return says.get(peer.id());
  }

  private static byte[] words(String words) {
    return new WireWriter().tag(0).text(words).done();
  }

  private static byte[] unavailable(String why) {
    return new WireWriter().tag(1).text(why).done();
  }

  private void lookFor(Duration time, List<Peer> peers, boolean led) {
    for (Duration gone = Duration.ZERO; gone.compareTo(time) < 0; gone = gone.plus(LOOK)) {
      timers.runFor(LOOK);
      belonging.look(peers, led, timers.now());
    }
    timers.runFor(LOOK);
  }

  @Test
  void whoIsCutOffNeverTakesItselfForRemoved() {
    lookFor(Duration.ofHours(1), ALL, false);
    assertEquals(List.of(), told);
    assertTrue(asked.size() > 2 * 600 && asked.size() < 2 * 800, "twice in 5 s: " + asked.size());
    assertEquals(Optional.empty(), belonging.ask());
  }

  /** No majority, an earlier version, a later one, and one to whom it is a member. */
  @Test
  void onlyWhatIsSaidForSureCounts() {
    for (byte[] answer :
        List.of(
            unavailable("a majority of the members cannot be reached"),
            unavailable(MemberCall.UNKNOWN + 12),
            new byte[] {99, 0},
            new byte[0],
            words(""))) {
      says.put("one", answer);
      says.put("two", answer);
      lookFor(Duration.ofMinutes(1), ALL, false);
      assertEquals(Optional.empty(), belonging.ask());
    }
    assertEquals(List.of(), told);
  }

  @Test
  void whoWasRemovedIsToldByWhoeverKnows() {
    says.put("two", words("was removed"));
    lookFor(Duration.ofSeconds(3), ALL, false);
    assertEquals(List.of("was removed"), told);
    assertEquals(List.of("one", "two"), asked, "not itself");
    assertEquals(Optional.of("was removed"), belonging.ask());
  }

  /** Its Raft server ended, and knows nobody any more. */
  @Test
  void whoeverWasKnownBeforeIsAsked() {
    lookFor(Duration.ofSeconds(1), ALL, true);
    says.put("one", words("was removed"));
    lookFor(Duration.ofSeconds(3), List.of(), false);
    assertEquals(List.of("was removed"), told);
  }

  @Test
  void whoHasALeaderOrIsElectingOneAsksOnlyAtItsStart() {
    lookFor(Duration.ofSeconds(1), List.of(), false);
    assertEquals(List.of(), asked, "nobody is known yet");
    lookFor(LOOK, ALL, true);
    assertEquals(List.of("one", "two"), asked);
    asked.clear();
    says.put("one", words("was removed"));
    lookFor(Duration.ofMinutes(1), ALL, true);
    for (int election = 0; election < 10; election++) {
      lookFor(Belonging.SILENCE.minus(LOOK.multipliedBy(2)), ALL, false);
      lookFor(LOOK, ALL, true);
    }
    assertEquals(List.of(), asked);
  }

  @Test
  void whatIsKeptOfOneIsReadAgain() {
    for (String by : List.of("", "two")) {
      FormerMember former = new FormerMember("one", Instant.parse("2026-01-02T03:04:05Z"), by);
      Document kept = new Document(FormerMember.key("one"), 7, former.stored());
      assertEquals(former, FormerMember.of(kept));
      assertEquals(
          "was removed from the group at 2026-01-02T03:04:05Z"
              + (by.isEmpty() ? "" : " and replaced by two"),
          former.words());
    }
  }
}

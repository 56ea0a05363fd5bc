package dev.ballast.api.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ballast.api.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** All are looked at while there are any, whatever one of them does. */
class RoundsTest {

  private final HandTimers timers = new HandTimers();
  private final Figures figures = new Figures();
  private final List<String> all = new ArrayList<>(List.of("a", "bad", "b"));
  private final List<String> seen = new ArrayList<>();

  private Rounds<String> rounds(Throwable thrown) {
    return new Rounds<>(
        Duration.ofSeconds(5),
        all,
        (one, now) -> {
          if (one.equals("bad")) {
            RoundsTest.<RuntimeException>raise(thrown);
          }
          seen.add(one);
        },
        timers,
        figures);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void oneThatFailsHindersNeitherTheOthersNorTheNextRound() {
    Rounds<String> rounds = rounds(new IllegalStateException("planted"));
    rounds.begin();
    timers.round();
    timers.round();
    assertEquals(List.of("a", "b", "a", "b"), seen);
    assertEquals(Map.of("ballast_tunnel_listen_failures_total[]", 2.0), figures.counts);
  }

  @Test
  void whatEndsARoundDoesNotEndTheNext() {
    rounds(new StackOverflowError("planted")).begin();
    assertThrows(StackOverflowError.class, timers::round);
    all.remove("bad");
    timers.round();
    assertEquals(List.of("a", "a", "b"), seen);
  }

  @Test
  void thereIsOneAtATimeAndNoneOfNobody() {
    Rounds<String> rounds = rounds(new IllegalStateException("planted"));
    rounds.begin();
    rounds.begin();
    assertEquals(1, timers.round());
    all.clear();
    assertEquals(1, timers.round());
    assertEquals(0, timers.round());
    all.add("late");
    rounds.begin();
    assertEquals(1, timers.round());
    assertEquals("late", seen.getLast());
  }
}

package dev.ballast.executor.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void delaysDoubleFromTenSecondsToFiveMinutes() {
    Backoff backoff = Backoff.NONE;
    List<String> delays = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      backoff = backoff.next(Samples.at(i));
      delays.add(backoff.text());
    }
    assertEquals(List.of("10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s", "5m0s"), delays);
  }

  @Test
  void theFirstTryWaitsForNothing() {
    assertEquals(Duration.ZERO, Backoff.NONE.remaining(Samples.T0, Samples.at(0)));
  }

  @Test
  void whatRemainsCountsFromTheFailure() {
    Backoff backoff = Backoff.NONE.next(Samples.at(0));
    Now now = Samples.at(103);
    assertEquals(Duration.ofSeconds(7), backoff.remaining(Samples.T0.plusSeconds(100), now));
    assertEquals(Duration.ZERO, backoff.remaining(Samples.T0.plusSeconds(90), now));
  }

  @Test
  void tenQuietMinutesForgetEverything() {
    Backoff backoff = Backoff.NONE.next(Samples.at(0)).next(Samples.at(1));
    assertEquals("40s", backoff.next(Samples.at(600)).text());
    assertEquals("10s", backoff.next(Samples.at(602)).text());
    assertEquals(Duration.ZERO, backoff.remaining(Samples.T0.plusSeconds(700), Samples.at(700)));
  }
}

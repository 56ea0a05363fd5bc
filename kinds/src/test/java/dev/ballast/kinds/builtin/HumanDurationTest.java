package dev.ballast.kinds.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps of apimachinery's duration printer, which the AGE columns use. */
class HumanDurationTest {

  @ParameterizedTest
  @CsvSource({
    "-PT2S,<invalid>",
    "-PT0.5S,0s",
    "PT0S,0s",
    "PT1S,1s",
    "PT70S,70s",
    "PT2M,2m",
    "PT2M10S,2m10s",
    "PT9M59S,9m59s",
    "PT10M1S,10m",
    "PT179M,179m",
    "PT3H,3h",
    "PT3H10M,3h10m",
    "PT8H10M,8h",
    "PT47H59M,47h",
    "PT48H,2d",
    "PT51H,2d3h",
    "PT191H,7d23h",
    "PT192H,8d",
    "P729D,729d",
    "P730D,2y",
    "P740D,2y10d",
    "P2920D,8y",
    "P3000D,8y"
  })
  void prints(Duration duration, String expected) {
    assertEquals(expected, HumanDuration.of(duration));
  }

  @Test
  void agesOfMissingAndUnreadableTimes() {
    Now now = new Now(Instant.parse("2026-01-01T00:01:00Z"), 0);
    assertEquals("<unknown>", HumanDuration.since("", now));
    assertEquals("<invalid>", HumanDuration.since("yesterday", now));
    assertEquals("60s", HumanDuration.since("2026-01-01T00:00:00Z", now));
  }
}

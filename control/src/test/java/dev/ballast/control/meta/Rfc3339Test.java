package dev.ballast.control.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Rfc3339Test {

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 0",
    "2026-11-21T21:33:07Z, 1795296787",
    "2024-02-29T23:59:59Z, 1709251199",
    "2026-12-31T00:00:01Z, 1798675201",
    "2026-11-21T21:33:07.999999Z, 1795296787",
    "2026-11-21T22:33:07+01:00, 1795296787",
    "2026-02-30T00:00:00Z, -9223372036854775808",
    "2026-11-21T24:00:01Z, -9223372036854775808",
    "2026-11-21 21:33:07Z, -9223372036854775808",
    "'', -9223372036854775808"
  })
  void seconds(String text, long seconds) {
    assertEquals(seconds, Rfc3339.seconds(text));
  }

  @ParameterizedTest
  @CsvSource({"100, PT20S", "120, PT0S", "121, PT0S", "-9223372036854775808, PT0S"})
  void ageOfWhatIsAbsentOrToComeIsNone(long seconds, Duration age) {
    assertEquals(age, Rfc3339.age(seconds, Instant.ofEpochSecond(120)));
  }
}

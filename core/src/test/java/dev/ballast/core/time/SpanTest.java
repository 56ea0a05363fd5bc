package dev.ballast.core.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanTest {

  @ParameterizedTest
  @CsvSource({
    "90s, PT90S",
    "1h30m, PT90M",
    "0s, PT0S",
    "1000000000s, PT1000000000S",
    "000000000001s, PT1S",
    "876000h, PT876000H",
    "876000h1s, PT876000H",
    "99999999999h, PT876000H",
    "99999999999999999999999s, PT876000H",
    "Never,",
    "1,",
    "x1s,",
    "1s x,",
    "'',",
  })
  void reads(String text, Duration span) {
    assertEquals(Optional.ofNullable(span), Span.parse(text));
  }

  @Test
  void readsTextsOfAnyLength() {
    assertEquals(Optional.of(Duration.ofSeconds(100_000)), Span.parse("1s".repeat(100_000)));
  }
}

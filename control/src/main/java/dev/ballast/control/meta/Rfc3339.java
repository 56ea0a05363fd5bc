package dev.ballast.control.meta;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Timestamps as objects carry them: UTC, whole seconds. */
public final class Rfc3339 {

  private Rfc3339() {}

  public static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Empty where the text is absent or no timestamp. */
  public static Optional<Instant> parse(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** How long after {@code timestamp} it is; zero where the timestamp is absent or to come. */
  public static Duration age(String timestamp, Instant now) {
    return parse(timestamp)
        .filter(then -> then.isBefore(now))
        .map(then -> Duration.between(then, now))
        .orElse(Duration.ZERO);
  }
}

package dev.ballast.control.meta;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Timestamps as objects carry them: UTC, whole seconds. */
public final class Rfc3339 {

  /** What {@link #seconds} has where there is no timestamp: before every other. */
  public static final long ABSENT = Long.MIN_VALUE;

  private static final int PLAIN = "2026-01-02T03:04:05Z".length();

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

  /** Seconds since 1970; {@link #ABSENT} where the text is absent or no timestamp. */
  public static long seconds(String text) {
    return isPlain(text)
        ? LocalDate.of(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)).toEpochDay()
                * 86_400
            + digits(text, 11, 13) * 3600L
            + digits(text, 14, 16) * 60L
            + digits(text, 17, 19)
        : parse(text).map(Instant::getEpochSecond).orElse(ABSENT);
  }

  /** As the API writes them, which is worth a way of its own: a cluster has millions. */
  private static boolean isPlain(String text) {
    if (text.length() != PLAIN) {
      return false;
    }
    for (int i = 0; i < PLAIN; i++) {
      char pattern = "dddd-dd-ddTdd:dd:ddZ".charAt(i);
      char c = text.charAt(i);
      if (pattern == 'd' ? c < '0' || c > '9' : c != pattern) {
        return false;
      }
    }
    int day = digits(text, 8, 10);
    int month = digits(text, 5, 7);
    return month >= 1
        && month <= 12
        && day >= 1
        && day <= 28
        && digits(text, 11, 13) < 24
        && digits(text, 14, 16) < 60
        && digits(text, 17, 19) < 60;
  }

  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }

  /** How long after a time in {@link #seconds} it is; zero where that is absent or to come. */
  public static Duration age(long seconds, Instant now) {
    return seconds == ABSENT || seconds >= now.getEpochSecond()
        ? Duration.ZERO
        : Duration.between(Instant.ofEpochSecond(seconds), now);
  }

  /** How long after {@code timestamp} it is; zero where the timestamp is absent or to come. */
  public static Duration age(String timestamp, Instant now) {
    return parse(timestamp)
        .filter(then -> then.isBefore(now))
        .map(then -> Duration.between(then, now))
        .orElse(Duration.ZERO);
  }
}

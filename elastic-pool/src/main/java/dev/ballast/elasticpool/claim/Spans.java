package dev.ballast.elasticpool.claim;

import dev.ballast.control.meta.Rfc3339;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Karpenter's fields spell them. Pure. */
public final class Spans {

  private static final Pattern PART = Pattern.compile("([0-9]{1,9})([smh])");

  private Spans() {}

  /** {@code 1h30m}, for one; empty where it is absent or {@code Never}. */
  public static Optional<Duration> parse(String text) {
    Matcher parts = PART.matcher(text);
    Duration sum = Duration.ZERO;
    boolean any = false;
    while (parts.find()) {
      any = true;
      long count = Long.parseLong(parts.group(1));
      sum =
          sum.plus(
              switch (parts.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
              });
    }
    return any ? Optional.of(sum) : Optional.empty();
  }

  /** How long it is until a span after a timestamp is over; empty where either is absent. */
  static Optional<Duration> left(String since, Optional<Duration> span, Instant now) {
    return span.flatMap(
        length -> Rfc3339.parse(since).map(from -> Duration.between(now, from.plus(length))));
  }
}

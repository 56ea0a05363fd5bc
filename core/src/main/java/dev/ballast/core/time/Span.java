package dev.ballast.core.time;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as Karpenter's fields spell them: {@code 90s}, {@code 1h30m}. Validation and use read
 * them here, so that they agree. Pure.
 */
public final class Span {

  /** Nothing lasts longer: a hundred years, so that sums of times and spans are times. */
  public static final Duration MOST = Duration.ofHours(876_000);

  // Possessive, for a text of megabytes would be as many calls deep else.
  private static final Pattern WHOLE = Pattern.compile("(?:[0-9]++[smh])++");
  private static final Pattern PART = Pattern.compile("([0-9]++)([smh])");
  private static final int MOST_DIGITS = 10;

  private Span() {}

  /** At most {@link #MOST}; empty for what is no duration, such as {@code Never}. */
  public static Optional<Duration> parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    for (Matcher part = PART.matcher(text); part.find(); ) {
      Duration more = part(part.group(1), part.group(2));
      sum = shorter(sum.plus(more), MOST);
    }
    return Optional.of(sum);
  }

  private static Duration part(String digits, String unit) {
    String count = digits.replaceFirst("^0+(?=.)", "");
    if (count.length() > MOST_DIGITS) {
      return MOST;
    }
    long number = Long.parseLong(count);
    return switch (unit) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}

package dev.ballast.kinds.builtin;

import dev.ballast.core.time.Now;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Durations as kubectl prints them: at most two units, coarser as they grow ({@code 45s}, {@code
 * 2m10s}, {@code 5h}, {@code 2d3h}, {@code 1y20d}). Pure.
 */
final class HumanDuration {

  private HumanDuration() {}

  /** Age of an RFC 3339 time; {@code <unknown>} where there is none. */
  static String since(String timestamp, Now now) {
    if (timestamp.isEmpty()) {
      return "<unknown>";
    }
    try {
      Instant then = OffsetDateTime.parse(timestamp).toInstant();
      return of(Duration.between(then, now.wall()));
    } catch (DateTimeException unreadable) {
      return "<invalid>";
    }
  }

  /** The steps are those of Kubernetes' duration printer. */
  static String of(Duration duration) {
    long seconds = duration.toSeconds();
    if (duration.compareTo(Duration.ofSeconds(-1)) <= 0) {
      return "<invalid>";
    }
    if (seconds <= 0) {
      return "0s";
    }
    if (seconds < 60 * 2) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 10) {
      return two(minutes, "m", seconds % 60, "s");
    }
    if (minutes < 60 * 3) {
      return minutes + "m";
    }
    long hours = minutes / 60;
    if (hours < 8) {
      return two(hours, "h", minutes % 60, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    if (hours < 24 * 8) {
      return two(hours / 24, "d", hours % 24, "h");
    }
    long days = hours / 24;
    if (days < 365 * 2) {
      return days + "d";
    }
    return days < 365 * 8 ? two(days / 365, "y", days % 365, "d") : days / 365 + "y";
  }

  private static String two(long large, String unit, long small, String smallUnit) {
    return small == 0 ? large + unit : large + unit + small + smallUnit;
  }
}

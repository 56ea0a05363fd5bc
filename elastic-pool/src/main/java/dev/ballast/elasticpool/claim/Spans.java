package dev.ballast.elasticpool.claim;

import dev.ballast.control.meta.Rfc3339;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is left of spans that began with a timestamp. Pure. */
final class Spans {

  private Spans() {}

  /** How long it is until a span after a timestamp is over; empty where either is absent. */
  static Optional<Duration> left(String since, Optional<Duration> span, Instant now) {
    return span.flatMap(
        length -> Rfc3339.parse(since).map(from -> Duration.between(now, from.plus(length))));
  }
}

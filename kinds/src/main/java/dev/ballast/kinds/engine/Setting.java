package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.admission.Admission;
import dev.ballast.kinds.admission.Review;
import dev.ballast.kinds.admission.Review.Operation;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** What every write needs beside the store. Immutable, thread-safe. */
record Setting(
    KindRegistry kinds, List<Admission> admissions, Ids ids, Timers timers, Telemetry telemetry) {

  Setting {
    admissions = List.copyOf(admissions);
  }

  void countRefusal(ResourceType type, String reason) {
    telemetry.count(
        "ballast_write_refusals_total", 1, "resource", type.toString(), "reason", reason);
  }

  /** A write that lost a race and is staged anew. */
  void countRetry(ResourceType type) {
    telemetry.count("ballast_write_retries_total", 1, "resource", type.toString());
  }

  /** RFC 3339 with whole seconds, as all timestamps of metadata are. */
  String timestamp(long secondsFromNow) {
    return timers
        .now()
        .wall()
        .plusSeconds(secondsFromNow)
        .truncatedTo(ChronoUnit.SECONDS)
        .toString();
  }

  /**
   * @throws IllegalStateException when the kind is not served, which wiring rules out
   */
  Kind kind(ResourceType type) {
    return kinds
        .stored(type)
        .orElseThrow(() -> new IllegalStateException(type + " is not a kind that is served"));
  }

  Optional<Failure> admit(
      Staging staging,
      Request request,
      Operation operation,
      ObjectNode document,
      ObjectNode previous) {
    Review review =
        new Review(
            operation,
            request.kind(),
            request.key(),
            request.subresource(),
            document,
            previous,
            request.options().user());
    for (Admission admission : admissions) {
      Optional<Failure> refused = admission.admit(review, staging);
      if (refused.isPresent()) {
        return refused;
      }
    }
    return Optional.empty();
  }
}

package dev.ballast.elasticpool.kwok;

import dev.ballast.core.model.Absent;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.time.Span;
import java.time.Duration;

/** A karpenter.kwok.sh/v1alpha1 KWOKNodeClass. */
record SimulatedClass(ObjectMeta metadata, Spec spec) {

  record Spec(String nodeRegistrationDelay) {}

  /** How long its machines take to start. */
  Duration delay() {
    return spec == null
        ? Duration.ZERO
        : Span.parse(Absent.text(spec.nodeRegistrationDelay())).orElse(Duration.ZERO);
  }
}

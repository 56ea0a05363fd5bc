package dev.ballast.kinds.engine;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.Resources.WriteOptions;
import java.util.List;
import java.util.Optional;

/**
 * One write that somebody asks for.
 *
 * @param subresource "" for the object itself
 * @param warnings gathers what the client should be told although the write succeeds
 */
record Request(
    Kind kind, ObjectKey key, String subresource, WriteOptions options, List<String> warnings) {

  Optional<Failure> invalid(List<Failure.Cause> causes) {
    return causes.isEmpty()
        ? Optional.empty()
        : Optional.of(Failures.invalid(kind.group(), kind.kind(), key.name(), causes));
  }
}

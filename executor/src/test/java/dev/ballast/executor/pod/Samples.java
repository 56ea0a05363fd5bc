package dev.ballast.executor.pod;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.ContainerState.Phase;
import dev.ballast.core.container.PodRef;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.time.Now;
import dev.ballast.executor.manifest.PodManifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Small pods and instances for tables. */
final class Samples {

  static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  static final PodRef POD = new PodRef("default", "p", "u");

  private Samples() {}

  static Now at(long seconds) {
    return new Now(T0.plusSeconds(seconds), Duration.ofSeconds(seconds).toNanos());
  }

  static PodManifest pod(String policy, String metadata, String status) {
    String json =
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"default","uid":"u"%s},
         "spec":{"restartPolicy":"%s","terminationGracePeriodSeconds":9,
          "containers":[{"name":"app","image":"i:1"}]},"status":%s}
        """
            .formatted(metadata, policy, status);
    return PodManifest.of(
        new Document(
            new ObjectKey(ResourceType.PODS, "default", "p"),
            1,
            json.getBytes(StandardCharsets.UTF_8)));
  }

  static ContainerState sandbox(Phase phase, int attempt) {
    return state("sandbox" + attempt, "", attempt, attempt, phase, 0);
  }

  static ContainerState app(Phase phase, int attempt, int sandboxAttempt, int exitCode) {
    return state("app" + attempt, "app", attempt, sandboxAttempt, phase, exitCode);
  }

  private static ContainerState state(
      String id, String container, int attempt, int sandboxAttempt, Phase phase, int exitCode) {
    return new ContainerState(
        id,
        "name-" + id,
        POD,
        container,
        attempt,
        sandboxAttempt,
        "",
        phase,
        exitCode,
        false,
        container.isEmpty() ? "pause" : "i:1",
        "sha256:1",
        "10.0.0.1",
        T0,
        phase == Phase.CREATED ? Instant.EPOCH : T0,
        phase == Phase.EXITED ? T0 : Instant.EPOCH,
        "");
  }

  static PodSnapshot snapshot(PodManifest pod, boolean wanted, List<ContainerState> instances) {
    return new PodSnapshot(
        pod,
        wanted,
        instances,
        Map.of(),
        Map.of("app", new ImageView.Present(-1)),
        Map.of(),
        Map.of(),
        Map.of(),
        Set.of(),
        false,
        Optional.empty(),
        Optional.empty());
  }
}

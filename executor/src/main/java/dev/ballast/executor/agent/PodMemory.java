package dev.ballast.executor.agent;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.time.Now;
import dev.ballast.executor.pod.Backoff;
import dev.ballast.executor.pod.Health;
import dev.ballast.executor.pod.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one pod's worker remembers beside what it can observe. Lost when the agent dies, and nothing
 * but time is lost with it: back-offs begin anew, pulls and stops are begun again. Touched by the
 * worker only, but for {@link #pulls} and {@link #hooking}, which call backs write.
 */
final class PodMemory {

  /** A pull for a container: under way, or how it ended. */
  record Pull(int attempt, boolean underWay, Optional<Failure> failure) {}

  record Failure(String reason, String message, Instant at, Backoff backoff) {}

  private record Stopping(long graceSeconds, Instant at) {}

  /** How long after its grace a stop that shows no effect is begun again. */
  private static final Duration STUCK = Duration.ofSeconds(15);

  final Map<String, Pull> pulls = new ConcurrentHashMap<>();
  final Map<String, Backoff> restarts = new HashMap<>();
  final Map<String, Problem> problems = new ConcurrentHashMap<>();
  final Map<String, ProbeRun> probes = new HashMap<>();
  final Map<String, String> messages = new HashMap<>();

  /** Instances whose postStart hook is under way. */
  final Set<String> hooking = ConcurrentHashMap.newKeySet();

  private final Map<String, Stopping> stopping = new HashMap<>();
  volatile boolean sandboxStarting;

  /** When the volumes were last measured, null before the first time. */
  Now measured;

  Optional<String> eviction = Optional.empty();
  private Instant terminatingSince;

  void problem(String name, String reason, String message, Now now) {
    problems.put(name, new Problem(reason, message, now.wall()));
  }

  void stopping(ContainerState instance, long graceSeconds, Now now) {
    stopping.put(instance.id(), new Stopping(graceSeconds, now.wall()));
  }

  Map<String, Long> stopping(Now now) {
    stopping
        .values()
        .removeIf(s -> s.at().plusSeconds(s.graceSeconds()).plus(STUCK).isBefore(now.wall()));
    Map<String, Long> graces = new HashMap<>();
    stopping.forEach((id, s) -> graces.put(id, s.graceSeconds()));
    return graces;
  }

  Map<String, Health> health() {
    Map<String, Health> health = new HashMap<>();
    probes.forEach((id, run) -> health.put(id, run.health()));
    return health;
  }

  Optional<Instant> terminatingSince(boolean mustGo, Now now) {
    if (mustGo && terminatingSince == null) {
      terminatingSince = now.wall();
    }
    return Optional.ofNullable(terminatingSince);
  }
}

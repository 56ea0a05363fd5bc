package dev.ballast.app.simulation;

import dev.ballast.core.resource.ResourceType;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * No container runs on long after its pod is gone, while its node is well: one relist of the agent
 * (10 s), and the time a container takes to end.
 */
final class NoOrphans implements Rule {

  static final Duration LIMIT = Duration.ofSeconds(16);

  private final Set<String> there = new HashSet<>();
  private final Map<String, Duration> gone = new HashMap<>();

  @Override
  public void committed(Commit commit, Consumer<String> broken) {
    for (Change change : commit.changes()) {
      if (Invariants.is(change, ResourceType.PODS)) {
        if (change.gone()) {
          there.remove(change.uid());
          gone.put(change.uid(), commit.at());
        } else {
          there.add(change.uid());
        }
      }
    }
  }

  @Override
  public void looked(Look look, Consumer<String> broken) {
    for (Running one : look.running()) {
      if (!there.contains(one.uid())) {
        Duration since = gone.computeIfAbsent(one.uid(), uid -> look.at());
        Duration counts = since.compareTo(one.quiet()) > 0 ? since : one.quiet();
        if (look.at().minus(counts).compareTo(LIMIT) > 0) {
          broken.accept(one + " still runs at " + look.at() + ", its pod went at " + since);
        }
      }
    }
  }
}

package dev.ballast.control.plan;

import dev.ballast.core.placement.ScoreWeights;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * By which weights pods are placed, by the name of the scheduler that they ask for. The three that
 * every cluster has are there even where somebody deleted their objects; of two objects for one
 * name the first by its own name counts.
 *
 * <p>Belongs to a {@link ClusterSnapshot}, on that one's thread.
 */
public final class Profiles {

  public static final String DEFAULT = "default-scheduler";

  private static final Map<String, ScoreWeights> ALWAYS =
      Map.of(
          DEFAULT,
          ScoreWeights.SPREAD,
          "ballast-pack",
          ScoreWeights.PACK,
          "ballast-balanced",
          ScoreWeights.BALANCED);

  private final TreeMap<String, ProfileView> objects = new TreeMap<>();
  private Map<String, ScoreWeights> weights = ALWAYS;
  private int version;

  /** Empty for a scheduler that is none of ours; "" is the default one. */
  public Optional<ScoreWeights> of(String schedulerName) {
    return Optional.ofNullable(weights.get(schedulerName.isEmpty() ? DEFAULT : schedulerName));
  }

  /** The weights for a pod, whoever's it is. */
  public ScoreWeights weights(PodView pod) {
    return of(pod.schedulerName()).orElse(ScoreWeights.SPREAD);
  }

  /** Changes when any weights do. */
  public int version() {
    return version;
  }

  /** True when something came of it. */
  boolean put(String name, ProfileView profile) {
    objects.put(name, profile);
    return renew();
  }

  boolean remove(String name) {
    return objects.remove(name) != null && renew();
  }

  boolean retain(Set<String> names) {
    return objects.keySet().retainAll(names) && renew();
  }

  private boolean renew() {
    Map<String, ScoreWeights> all = new TreeMap<>(ALWAYS);
    objects
        .descendingMap()
        .values()
        .forEach(one -> all.put(one.spec().schedulerName(), one.scoreWeights()));
    if (all.equals(weights)) {
      return false;
    }
    weights = Map.copyOf(all);
    version++;
    return true;
  }
}

package dev.ballast.control.runner;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Informer;
import dev.ballast.core.resource.ObjectKey;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which keys to look at when an object of some kind changes. Every informer that a controller's
 * observer reads has a trigger (one that names no keys, at least), because the runner waits for its
 * own writes on exactly those.
 *
 * @param gather how long after the first change a key is looked at, so that a thousand changes
 *     within it are one look
 */
public record Trigger<T>(Informer<T> informer, Keys<T> keys, Duration gather) {

  public Trigger(Informer<T> informer, Keys<T> keys) {
    this(informer, keys, Duration.ZERO);
  }

  /** The keys that a change concerns; runs on the informer's task and must be quick. */
  @FunctionalInterface
  public interface Keys<T> {
    Collection<ObjectKey> of(Optional<Cached<T>> before, Optional<Cached<T>> after);
  }

  /** The changed object itself. */
  public static <T> Trigger<T> itself(Informer<T> informer) {
    return new Trigger<>(
        informer, (before, after) -> List.of(after.or(() -> before).orElseThrow().key()));
  }

  /** What one version of the object names, before and after the change. */
  public static <T> Trigger<T> each(
      Informer<T> informer, java.util.function.Function<Cached<T>, Collection<ObjectKey>> named) {
    return new Trigger<>(
        informer,
        (before, after) ->
            Stream.concat(before.stream(), after.stream())
                .flatMap(object -> named.apply(object).stream())
                .distinct()
                .toList());
  }

  /** Read by the observer, but its changes start nothing. */
  public static <T> Trigger<T> readOnly(Informer<T> informer) {
    return new Trigger<>(informer, (before, after) -> List.of());
  }

  void connect(WorkQueue<ObjectKey> queue) {
    informer.onChange(
        (before, after) -> keys.of(before, after).forEach(key -> queue.addAfter(key, gather)));
  }
}

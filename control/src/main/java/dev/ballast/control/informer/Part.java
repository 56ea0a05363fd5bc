package dev.ballast.control.informer;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * An informer that shows a part of what another one of the same kind holds, and holds nothing
 * itself: a million pods are not kept a second time for their metadata. It is started and closed
 * with the other.
 *
 * @param <S> what the other one holds
 */
final class Part<S, T> implements Informer<T> {

  private final Informer<S> whole;
  private final Function<S, T> part;
  private final String name;

  /** By name; indexes of one name on one informer are the same. */
  private final Map<String, Index<S>> indexes = new ConcurrentHashMap<>();

  /**
   * @param name sets its indexes apart from those of the other informer
   */
  Part(Informer<S> whole, Function<S, T> part, String name) {
    this.whole = whole;
    this.part = part;
    this.name = name;
  }

  private Cached<T> of(Cached<S> object) {
    return new Cached<>(object.key(), object.revision(), part.apply(object.value()));
  }

  @Override
  public void start() {}

  @Override
  public ResourceType type() {
    return whole.type();
  }

  @Override
  public void onChange(Listener<T> listener) {
    whole.onChange((before, after) -> listener.changed(before.map(this::of), after.map(this::of)));
  }

  @Override
  public Optional<Cached<T>> get(ObjectKey key) {
    return whole.get(key).map(this::of);
  }

  @Override
  public List<Cached<T>> all() {
    return whole.all().stream().map(this::of).toList();
  }

  @Override
  public List<Cached<T>> find(Index<T> index, String term) {
    Index<S> theirs =
        indexes.computeIfAbsent(
            index.name(),
            one -> new Index<>(name + " " + one, object -> index.terms().apply(of(object))));
    return whole.find(theirs, term).stream().map(this::of).toList();
  }

  @Override
  public long seen() {
    return whole.seen();
  }

  @Override
  public void whenSeen(long revision, Runnable task) {
    whole.whenSeen(revision, task);
  }

  @Override
  public void resync() {
    whole.resync();
  }

  @Override
  public void close() {}
}

package dev.ballast.control.garbage;

import dev.ballast.control.garbage.OwnedView.OwnerState;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.KindNames;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Trigger;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The garbage collector over any list of kinds: what wakes it and what it sees.
 *
 * <p>An owner counts as absent only when the copy of its kind is at least as new as the object that
 * names it, and holds no object of its uid: an owner exists before anything can name its uid, so by
 * then it would have been seen. An owner of a kind that is not followed is never absent.
 */
public final class GarbageCollector {

  private static final Index<Meta> BY_OWNER =
      new Index<>("owner", object -> object.value().ownerUids());

  private static final Index<Meta> BY_UID =
      new Index<>("uid", object -> List.of(object.value().metadata().uid()));

  private final KindNames names;
  private final Map<ResourceType, Informer<Meta>> kinds = new LinkedHashMap<>();

  private GarbageCollector(Informers informers, KindNames names, Collection<ResourceType> types) {
    this.names = names;
    types.forEach(type -> kinds.put(type, informers.of(type, Meta.class)));
  }

  /**
   * @param types every kind that owns or is owned
   */
  public static Controller<?> controller(
      Informers informers, KindNames names, Collection<ResourceType> types) {
    GarbageCollector self = new GarbageCollector(informers, names, types);
    List<Trigger<?>> triggers = new ArrayList<>();
    self.kinds.values().forEach(kind -> triggers.add(new Trigger<>(kind, self::concerned)));
    return new Controller<>(
        "garbage_collector",
        "garbage-collector-controller",
        triggers,
        self::observe,
        new GarbageReconciler(),
        8,
        Duration.ofMinutes(10));
  }

  /** The object; when it goes or begins to, its dependents; when it goes, its owners. */
  private Collection<ObjectKey> concerned(
      Optional<Cached<Meta>> before, Optional<Cached<Meta>> after) {
    Cached<Meta> object = after.or(() -> before).orElseThrow();
    Set<ObjectKey> keys = new LinkedHashSet<>();
    if (before.isPresent() && after.isPresent() && isSame(before.get(), after.get())) {
      return List.of();
    }
    boolean goes = after.isEmpty() || after.get().value().isDeleting();
    if (after.isPresent() && (goes || !object.value().ownerUids().isEmpty())) {
      keys.add(object.key());
    }
    if (goes) {
      dependents(object.value().metadata().uid()).forEach(d -> keys.add(d.key()));
    }
    boolean released =
        before.isPresent()
            && after.isPresent()
            && !after.get().value().ownerUids().containsAll(before.get().value().ownerUids());
    if (after.isEmpty() || released) {
      before.ifPresent(last -> keys.addAll(owners(last)));
    }
    return keys;
  }

  /** Most changes concern nobody's ownership. */
  private static boolean isSame(Cached<Meta> before, Cached<Meta> after) {
    ObjectMeta one = before.value().metadata();
    ObjectMeta other = after.value().metadata();
    return one.ownerReferences().equals(other.ownerReferences())
        && one.finalizers().equals(other.finalizers())
        && one.isDeleting() == other.isDeleting();
  }

  private List<ObjectKey> owners(Cached<Meta> object) {
    List<ObjectKey> keys = new ArrayList<>();
    for (OwnerReference owner : object.value().metadata().ownerReferences()) {
      kind(owner).flatMap(kind -> find(kind, owner.uid())).ifPresent(o -> keys.add(o.key()));
    }
    return keys;
  }

  private List<Cached<Meta>> dependents(String uid) {
    List<Cached<Meta>> found = new ArrayList<>();
    if (!uid.isEmpty()) {
      kinds.values().forEach(kind -> found.addAll(kind.find(BY_OWNER, uid)));
    }
    return found;
  }

  private Optional<Informer<Meta>> kind(OwnerReference owner) {
    return names.type(owner.apiVersion(), owner.kind()).map(kinds::get);
  }

  private static Optional<Cached<Meta>> find(Informer<Meta> kind, String uid) {
    return kind.find(BY_UID, uid).stream().findFirst();
  }

  private Optional<OwnedView> observe(ObjectKey key, Optional<Failure> refusal) {
    return kinds.get(key.type()).get(key).map(this::view);
  }

  private OwnedView view(Cached<Meta> object) {
    ObjectMeta metadata = object.value().metadata();
    Map<OwnerReference, OwnerState> owners = new LinkedHashMap<>();
    metadata.ownerReferences().forEach(owner -> owners.put(owner, state(owner, object)));
    boolean complete = true;
    if (metadata.isDeleting()) {
      for (Informer<Meta> kind : kinds.values()) {
        complete &= hasSeen(kind, object.revision());
      }
    }
    return new OwnedView(object, owners, dependents(metadata.uid()), complete);
  }

  private OwnerState state(OwnerReference owner, Cached<Meta> object) {
    Optional<Informer<Meta>> kind = kind(owner);
    if (kind.isEmpty()) {
      return OwnerState.SOLID;
    }
    boolean fresh = hasSeen(kind.get(), object.revision());
    Optional<Cached<Meta>> found = find(kind.get(), owner.uid());
    if (found.isEmpty()) {
      return fresh ? OwnerState.ABSENT : OwnerState.UNSEEN;
    }
    return found.get().value().isDeleting()
            && found.get().value().hasFinalizer(GarbageReconciler.FOREGROUND)
        ? OwnerState.WAITING
        : OwnerState.SOLID;
  }

  /** Asks a copy that is behind to catch up. */
  private static boolean hasSeen(Informer<Meta> kind, long revision) {
    if (kind.seen() < revision) {
      kind.whenSeen(revision, () -> {});
      return false;
    }
    return true;
  }
}

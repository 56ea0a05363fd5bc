package dev.ballast.control.namespace;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Trigger;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The namespace life cycle: what wakes it and what it sees. */
public final class Namespaces {

  private static final Index<Meta> BY_NAMESPACE =
      new Index<>("namespace", object -> List.of(object.key().namespace()));

  private final Informer<Namespace> namespaces;
  private final List<Informer<Meta>> kinds = new ArrayList<>();

  private Namespaces(Informers informers, Collection<ResourceType> namespaced) {
    namespaces = informers.of(ResourceType.NAMESPACES, Namespace.class);
    namespaced.forEach(type -> kinds.add(informers.of(type, Meta.class)));
  }

  /**
   * @param namespaced every kind that lives in namespaces
   */
  public static Controller<?> controller(Informers informers, Collection<ResourceType> namespaced) {
    Namespaces self = new Namespaces(informers, namespaced);
    List<Trigger<?>> triggers = new ArrayList<>();
    triggers.add(Trigger.itself(self.namespaces));
    self.kinds.forEach(kind -> triggers.add(new Trigger<>(kind, self::concerned)));
    return new Controller<>("namespace", triggers, self::observe, new NamespaceReconciler());
  }

  /** Only what goes brings a namespace nearer to its end. */
  private Collection<ObjectKey> concerned(
      Optional<Cached<Meta>> before, Optional<Cached<Meta>> after) {
    if (after.isPresent() && before.isPresent()) {
      return List.of();
    }
    String name = before.or(() -> after).orElseThrow().key().namespace();
    return namespaces
        .get(ObjectKey.cluster(ResourceType.NAMESPACES, name))
        .filter(namespace -> namespace.value().metadata().isDeleting())
        .map(namespace -> List.of(namespace.key()))
        .orElse(List.of());
  }

  private Optional<NamespaceView> observe(ObjectKey key, Optional<Failure> refusal) {
    return namespaces.get(key).map(this::view);
  }

  private NamespaceView view(Cached<Namespace> namespace) {
    if (!namespace.value().metadata().isDeleting()) {
      return new NamespaceView(namespace, List.of(), true);
    }
    List<Cached<Meta>> contents = new ArrayList<>();
    boolean complete = true;
    for (Informer<Meta> kind : kinds) {
      if (kind.seen() < namespace.revision()) {
        complete = false;
        kind.whenSeen(namespace.revision(), () -> {});
      }
      contents.addAll(kind.find(BY_NAMESPACE, namespace.key().name()));
    }
    return new NamespaceView(namespace, contents, complete);
  }
}

package dev.ballast.kinds.engine;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How staging reads the store. What nearly every write looks up (its namespace, a pod's account and
 * priority class) comes from memory; a read of the grid costs as much as the rest of a pod's
 * creation. Thread-safe.
 */
final class Reads {

  private final ResourceStore store;
  private final Map<ResourceType, Mirror> mirrors;

  Reads(ResourceStore store) {
    this(
        store,
        Stream.of(
                ResourceType.NAMESPACES,
                ResourceType.SERVICE_ACCOUNTS,
                ResourceType.PRIORITY_CLASSES)
            .collect(Collectors.toMap(Function.identity(), type -> new Mirror(store, type))));
  }

  private Reads(ResourceStore store, Map<ResourceType, Mirror> mirrors) {
    this.store = store;
    this.mirrors = mirrors;
  }

  /**
   * Reads what this member has without asking the others whether that is the newest. What is staged
   * on it and committed was the newest, since a commit compares revisions; what is refused because
   * of it has to be looked at again.
   */
  Optional<Reads> here() {
    ResourceStore here = store.serializable();
    return here == store ? Optional.empty() : Optional.of(new Reads(here, mirrors));
  }

  Optional<Document> get(ObjectKey key) {
    Mirror mirror = mirrors.get(key.type());
    return mirror == null ? store.get(key) : mirror.get(key);
  }

  List<Document> list(ResourceType type, String namespace) {
    Mirror mirror = mirrors.get(type);
    if (mirror != null) {
      return mirror.list(namespace);
    }
    return switch (store.list(ListQuery.in(type, namespace))) {
      case ListResult.Page page -> page.documents();
      case ListResult other ->
          throw new StoreUnavailableException("the store cannot list " + type + ": " + other);
    };
  }

  void close() {
    mirrors.values().forEach(Mirror::close);
  }
}

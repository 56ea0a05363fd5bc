package dev.ballast.control.plan;

import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings a {@link ClusterSnapshot} up to the store's newest state when asked to. Unlike an informer
 * it is synchronous: after {@link #drain} the snapshot shows every commit that returned before the
 * call, which the applier's check needs.
 *
 * <p>Not thread-safe: used by the snapshot's owner.
 */
public final class ClusterFeed implements AutoCloseable {

  /** What others refer to comes first. */
  private static final List<ResourceType> TYPES =
      List.of(
          ResourceType.NAMESPACES,
          ResourceType.NODES,
          ResourceType.POD_DISRUPTION_BUDGETS,
          ResourceType.POD_GROUPS,
          ResourceType.SCHEDULING_PROFILES,
          ResourceType.STORAGE_CLASSES,
          ResourceType.PERSISTENT_VOLUMES,
          ResourceType.PERSISTENT_VOLUME_CLAIMS,
          ResourceType.PODS);

  private static final int PAGE = 500;
  private static final int POLL = 1000;

  /** An object of which only metadata matters. */
  private record Labelled(ObjectMeta metadata) {}

  private final ResourceStore store;
  private final ClusterSnapshot snapshot;
  private final Runnable signal;
  private final Map<ResourceType, Watch> watches = new LinkedHashMap<>();
  private long revision;

  /**
   * @param signal runs on any thread when there may be something to drain
   */
  public ClusterFeed(ResourceStore store, ClusterSnapshot snapshot, Runnable signal) {
    this.store = store;
    this.snapshot = snapshot;
    this.signal = signal;
  }

  /**
   * Applies everything new and returns the revision up to which everything was seen. Blocks.
   *
   * @throws StoreUnavailableException when the store cannot answer now; call again later
   */
  public long drain() {
    if (watches.size() < TYPES.size()) {
      // The last attempt may have ended between two of them.
      close();
      listAndWatch();
    }
    long seen = poll();
    if (seen < 0) {
      close();
      listAndWatch();
    } else {
      revision = Math.max(revision, seen);
    }
    return revision;
  }

  @Override
  public void close() {
    watches.values().forEach(Watch::close);
    watches.clear();
  }

  /** The revision that all were polled up to, or -1. */
  private long poll() {
    long seen = Long.MAX_VALUE;
    for (Watch watch : watches.values()) {
      seen = Math.min(seen, poll(watch));
      if (seen < 0) {
        return -1;
      }
    }
    return seen;
  }

  /** The revision seen, or -1 when the cursor is lost and a fresh list is due. */
  private long poll(Watch watch) {
    while (true) {
      switch (watch.poll(POLL)) {
        case Watch.Poll.Events page -> {
          page.events().forEach(this::apply);
          if (!page.more()) {
            return page.revision();
          }
        }
        case Watch.Poll.Expired expired -> {
          return -1;
        }
        case Watch.Poll.Closed closed -> {
          return -1;
        }
      }
    }
  }

  private void apply(Watch.Event event) {
    if (event.change() == Watch.Change.DELETED) {
      ObjectKey key = event.document().key();
      remove(key);
      snapshot.views().gone(key, event.document().revision());
    } else {
      put(event.document());
    }
  }

  private void put(Document document) {
    ObjectKey key = document.key();
    if (Volumes.isOne(key.type())) {
      snapshot.volumes().put(document);
      return;
    }
    switch (key.type().plural()) {
      case "nodes" -> snapshot.nodeChanged(snapshot.views().node(document));
      case "pods" -> {
        // One's own binding is known already, and decoding it would cost more than it did.
        if (!snapshot.knows(key, document.revision())) {
          snapshot.podSeen(snapshot.views().pod(document));
        }
      }
      case "poddisruptionbudgets" -> snapshot.budgetChanged(key, document.as(BudgetView.class));
      case "podgroups" -> snapshot.gangChanged(key, document.as(GangView.class));
      case "schedulingprofiles" ->
          snapshot.profileChanged(key.name(), document.as(ProfileView.class));
      case "namespaces" ->
          snapshot.namespaceChanged(key.name(), document.as(Labelled.class).metadata().labels());
      default -> throw new IllegalStateException("not watched: " + key);
    }
  }

  private void remove(ObjectKey key) {
    if (Volumes.isOne(key.type())) {
      snapshot.volumes().remove(key);
      return;
    }
    switch (key.type().plural()) {
      case "nodes" -> snapshot.nodeRemoved(key.name());
      case "pods" -> snapshot.podRemoved(key);
      case "poddisruptionbudgets" -> snapshot.budgetRemoved(key);
      case "podgroups" -> snapshot.gangRemoved(key);
      case "schedulingprofiles" -> snapshot.profileRemoved(key.name());
      case "namespaces" -> snapshot.namespaceRemoved(key.name());
      default -> throw new IllegalStateException("not watched: " + key);
    }
  }

  private void listAndWatch() {
    Set<ObjectKey> keys = new HashSet<>();
    Map<ResourceType, Long> listed = new LinkedHashMap<>();
    TYPES.forEach(type -> listed.put(type, list(type, keys)));
    revision = Collections.min(listed.values());
    snapshot.retain(keys);
    snapshot.views().retain(keys, revision);
    listed.forEach(
        (type, at) -> watches.put(type, store.watch(new WatchQuery(type, "", at), signal)));
    poll();
  }

  private long list(ResourceType type, Set<ObjectKey> keys) {
    String token = "";
    while (true) {
      ListResult result = store.list(ListQuery.all(type).withPage(PAGE, token));
      if (!(result instanceof ListResult.Page page)) {
        throw new StoreUnavailableException("listing " + type + " was cut short: " + result);
      }
      for (Document document : page.documents()) {
        keys.add(document.key());
        put(document);
      }
      token = page.continueToken();
      if (token.isEmpty()) {
        return page.revision();
      }
    }
  }
}

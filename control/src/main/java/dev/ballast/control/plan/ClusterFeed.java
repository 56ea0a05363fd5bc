package dev.ballast.control.plan;

import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings a {@link ClusterSnapshot} up to the store's newest state when asked to. Unlike an informer
 * it is synchronous: after {@link #drain} the snapshot shows every commit that returned before the
 * call, which the applier's check needs.
 *
 * <p>Not thread-safe: used by the snapshot's owner.
 */
public final class ClusterFeed implements AutoCloseable {

  private static final int PAGE = 500;
  private static final int POLL = 1000;

  private final ResourceStore store;
  private final ClusterSnapshot snapshot;
  private final Runnable signal;
  private Watch nodes;
  private Watch pods;
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
    if (nodes == null) {
      listAndWatch();
    }
    long nodesSeen = poll(nodes);
    long podsSeen = nodesSeen < 0 ? -1 : poll(pods);
    if (podsSeen < 0) {
      close();
      listAndWatch();
    } else {
      revision = Math.max(revision, Math.min(nodesSeen, podsSeen));
    }
    return revision;
  }

  @Override
  public void close() {
    if (nodes != null) {
      nodes.close();
      nodes = null;
    }
    if (pods != null) {
      pods.close();
      pods = null;
    }
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
      remove(event.document().key());
    } else {
      put(event.document());
    }
  }

  private void put(Document document) {
    if (document.key().type().equals(ResourceType.NODES)) {
      snapshot.nodeChanged(document.as(Node.class));
    } else {
      snapshot.podChanged(document.key(), document.as(Pod.class), document.revision());
    }
  }

  private void remove(ObjectKey key) {
    if (key.type().equals(ResourceType.NODES)) {
      snapshot.nodeRemoved(key.name());
    } else {
      snapshot.podRemoved(key);
    }
  }

  private void listAndWatch() {
    Set<ObjectKey> keys = new HashSet<>();
    long nodesAt = list(ResourceType.NODES, keys);
    long podsAt = list(ResourceType.PODS, keys);
    snapshot.retain(
        keys.stream()
            .filter(key -> key.type().equals(ResourceType.NODES))
            .map(ObjectKey::name)
            .collect(Collectors.toSet()),
        keys);
    revision = Math.min(nodesAt, podsAt);
    nodes = store.watch(new WatchQuery(ResourceType.NODES, "", nodesAt), signal);
    pods = store.watch(new WatchQuery(ResourceType.PODS, "", podsAt), signal);
    poll(nodes);
    poll(pods);
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

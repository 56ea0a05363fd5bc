package dev.ballast.core.store;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import java.util.List;
import java.util.Optional;

/**
 * The cluster's state: versioned documents under one total order of commits.
 *
 * <p>Every commit gets the next revision and is durable before {@link #commit} returns. Reads see
 * every commit that returned before they began. Calls block: use virtual threads. Thread-safe.
 *
 * <p>Adapters: the grid (embedded), the REST client (remote), the admitting store of {@code kinds}
 * (a decorator, what controllers write through), and the in-memory one of {@code testkit}. The same
 * contract test runs on each.
 */
public interface ResourceStore extends AutoCloseable {

  /**
   * Applies all writes, in order, as one commit with one revision, or none of them. A key may occur
   * once only. What takes more than {@link CommitSize#MOST} is refused.
   */
  CommitResult commit(List<Write> writes);

  default CommitResult commit(Write write) {
    return commit(List.of(write));
  }

  /**
   * @throws StoreUnavailableException when the store cannot answer now
   */
  Optional<Document> get(ObjectKey key);

  /**
   * @throws StoreUnavailableException when the store cannot answer now
   */
  ListResult list(ListQuery query);

  /**
   * Opens a cursor. {@code signal} runs (on any thread, it must return at once) whenever a poll may
   * find more; signals may coalesce and may be spurious.
   *
   * @throws StoreUnavailableException when the store cannot answer now
   */
  Watch watch(WatchQuery query, Runnable signal);

  /** The newest committed revision. */
  long revision();

  /**
   * The same store read as it is here, which may be a little behind: for readers who would rather
   * have something old than nothing. A list that names a minimum revision waits for that.
   */
  default ResourceStore serializable() {
    return this;
  }

  @Override
  void close();
}

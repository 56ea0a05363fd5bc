package dev.ballast.core.store;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import java.util.List;
import java.util.Optional;

/** Hands every call on to another store, for those that do one of them otherwise. Thread-safe. */
public abstract class DelegatingStore implements ResourceStore {

  protected final ResourceStore store;

  protected DelegatingStore(ResourceStore store) {
    this.store = store;
  }

  @Override
  public CommitResult commit(List<Write> writes) {
    return store.commit(writes);
  }

  @Override
  public Optional<Document> get(ObjectKey key) {
    return store.get(key);
  }

  @Override
  public ListResult list(ListQuery query) {
    return store.list(query);
  }

  @Override
  public Watch watch(WatchQuery query, Runnable signal) {
    return store.watch(query, signal);
  }

  @Override
  public long revision() {
    return store.revision();
  }

  @Override
  public void close() {
    store.close();
  }
}

package dev.ballast.api.security;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Documents that a test puts down, single quotes for double ones; answers gets only. */
final class FixedStore implements ResourceStore {

  private final Map<ObjectKey, Document> documents = new HashMap<>();

  void put(ObjectKey key, String json) {
    documents.put(
        key, new Document(key, 1, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  void remove(ObjectKey key) {
    documents.remove(key);
  }

  @Override
  public Optional<Document> get(ObjectKey key) {
    return Optional.ofNullable(documents.get(key));
  }

  @Override
  public CommitResult commit(List<Write> writes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ListResult list(ListQuery query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Watch watch(WatchQuery query, Runnable signal) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long revision() {
    return 1;
  }

  @Override
  public void close() {}
}

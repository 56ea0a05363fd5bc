package dev.ballast.stategrid.documents;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.StoreUnavailableException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The grid on an embedded Hazelcast member: a partitioned map from key to bytes. */
public final class HazelcastGrid implements DocumentGrid {

  private static final Logger LOG = LoggerFactory.getLogger(HazelcastGrid.class);
  private static final int CHUNK = 2000;

  private final HazelcastInstance member;
  private final IMap<String, byte[]> documents;

  public HazelcastGrid(String clusterName) {
    MemberSettings.quieten();
    member = Hazelcast.newHazelcastInstance(MemberSettings.embedded(clusterName));
    documents = member.getMap(MemberSettings.DOCUMENTS);
  }

  @Override
  public Optional<byte[]> get(ObjectKey key) {
    return Optional.ofNullable(active(() -> documents.get(text(key))));
  }

  @Override
  public Map<ObjectKey, byte[]> getAll(Collection<ObjectKey> keys) {
    Map<ObjectKey, byte[]> found = HashMap.newHashMap(keys.size());
    List<ObjectKey> all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += CHUNK) {
      Set<String> chunk = new HashSet<>();
      for (ObjectKey key : all.subList(from, Math.min(all.size(), from + CHUNK))) {
        chunk.add(text(key));
      }
      active(() -> documents.getAll(chunk)).forEach((key, json) -> found.put(key(key), json));
    }
    return found;
  }

  @Override
  public void put(Map<ObjectKey, byte[]> puts) {
    active(
        () -> {
          documents.setAll(texts(puts));
          return null;
        });
  }

  @Override
  public void offer(Map<ObjectKey, byte[]> offers) {
    active(() -> documents.setAllAsync(texts(offers)))
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.debug("the grid did not take {} documents", offers.size(), failure);
              }
            });
  }

  @Override
  public void remove(Collection<ObjectKey> keys) {
    for (ObjectKey key : keys) {
      active(() -> documents.removeAsync(text(key)));
    }
  }

  private static <T> T active(Supplier<T> action) {
    try {
      return action.get();
    } catch (HazelcastInstanceNotActiveException e) {
      throw new StoreUnavailableException("the store is closed", e);
    }
  }

  private static Map<String, byte[]> texts(Map<ObjectKey, byte[]> documents) {
    Map<String, byte[]> texts = HashMap.newHashMap(documents.size());
    documents.forEach((key, json) -> texts.put(text(key), json));
    return texts;
  }

  private static String text(ObjectKey key) {
    return key.type().group()
        + '/'
        + key.type().plural()
        + '/'
        + key.namespace()
        + '/'
        + key.name();
  }

  private static ObjectKey key(String text) {
    String[] parts = text.split("/", 4);
    return new ObjectKey(new ResourceType(parts[0], parts[1]), parts[2], parts[3]);
  }

  /** Asking every partition waits for what was offered to them. */
  @Override
  public void close() {
    documents.size();
    member.shutdown();
  }
}

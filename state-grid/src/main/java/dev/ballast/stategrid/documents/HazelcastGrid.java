package dev.ballast.stategrid.documents;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
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
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The grid on an embedded Hazelcast member: a partitioned map from key to bytes. Nothing listens:
 * the member is alone, and its port knows no password, so that whoever reaches it, any user of this
 * machine, could read every Secret and write documents past the log.
 */
public final class HazelcastGrid implements DocumentGrid {

  private static final int CHUNK = 2000;

  private final HazelcastInstance member;
  private final IMap<String, byte[]> documents;
  private final Filler filler = new Filler(this::fill);

  public HazelcastGrid(String clusterName) {
    MemberSettings.quieten();
    member = Hazelcast.newHazelcastInstance(MemberSettings.embedded(clusterName));
    closePort(member);
    documents = member.getMap(MemberSettings.DOCUMENTS);
  }

  /** No setting leaves the socket out, so it goes before the first document comes. */
  private static void closePort(HazelcastInstance member) {
    ((HazelcastInstanceProxy) member).getOriginal().node.getServer().shutdown();
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
    try {
      filler.add(present(puts)).join();
    } catch (CompletionException e) {
      throw new StoreUnavailableException(e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void offer(Map<ObjectKey, byte[]> offers) {
    filler.add(present(offers));
  }

  private static Map<ObjectKey, Optional<byte[]>> present(Map<ObjectKey, byte[]> documents) {
    Map<ObjectKey, Optional<byte[]>> present = HashMap.newHashMap(documents.size());
    documents.forEach((key, json) -> present.put(key, Optional.of(json)));
    return present;
  }

  @Override
  public void remove(Collection<ObjectKey> keys) {
    Map<ObjectKey, Optional<byte[]>> absent = HashMap.newHashMap(keys.size());
    keys.forEach(key -> absent.put(key, Optional.empty()));
    filler.add(absent);
  }

  private void fill(Map<ObjectKey, Optional<byte[]>> changes) {
    Map<String, byte[]> puts = HashMap.newHashMap(changes.size());
    changes.forEach(
        (key, json) ->
            json.ifPresentOrElse(
                bytes -> puts.put(text(key), bytes), () -> documents.removeAsync(text(key))));
    documents.setAll(puts);
  }

  private static <T> T active(Supplier<T> action) {
    try {
      return action.get();
    } catch (HazelcastInstanceNotActiveException e) {
      throw new StoreUnavailableException("the store is closed", e);
    }
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

  @Override
  public void close() {
    filler.close();
    member.shutdown();
  }
}

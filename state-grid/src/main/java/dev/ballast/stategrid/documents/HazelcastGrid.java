package dev.ballast.stategrid.documents;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.map.IMap;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.StoreUnavailableException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The grid on an embedded Hazelcast member: a partitioned map from key to bytes. Nothing listens:
 * the member is alone, and its port knows no password, so that whoever reaches it, any user of this
 * machine, could read every Secret and write documents past the log.
 */
public final class HazelcastGrid implements DocumentGrid {

  private static final int CHUNK = 2000;

  /** So many may lie as they are: 32,000 of 2 KB in a heap of 1 GB. The rest is deflated. */
  private static final long PLAIN = Runtime.getRuntime().maxMemory() / 16 / 2048;

  /** Counting asks every partition. */
  private static final int COUNT_EVERY = 1024;

  private final HazelcastInstance member;
  private final IMap<String, byte[]> documents;
  private final Packing packing = new Packing();
  private final Filler filler = new Filler(this::fill);
  private int uncounted;
  private volatile long expected;

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
  public void expect(long count) {
    expected = count;
    packing.crowded(count > PLAIN);
  }

  @Override
  public Optional<byte[]> get(ObjectKey key) {
    return Optional.ofNullable(active(() -> documents.get(text(key)))).map(packing::unpack);
  }

  @Override
  public Map<ObjectKey, byte[]> getAll(Collection<ObjectKey> keys) {
    Map<ObjectKey, byte[]> found = HashMap.newHashMap(keys.size());
    List<ObjectKey> all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += CHUNK) {
      Map<String, ObjectKey> chunk = new HashMap<>();
      for (ObjectKey key : all.subList(from, Math.min(all.size(), from + CHUNK))) {
        chunk.put(text(key), key);
      }
      active(() -> documents.getAll(chunk.keySet()))
          .forEach((key, packed) -> found.put(chunk.get(key), packing.unpack(packed)));
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

  /** The filler's thread. */
  private void fill(Map<ObjectKey, Optional<byte[]>> changes) {
    uncounted += changes.size();
    if (uncounted >= COUNT_EVERY) {
      uncounted = 0;
      packing.crowded(Math.max(expected, documents.size()) > PLAIN);
    }
    Map<String, byte[]> puts = HashMap.newHashMap(changes.size());
    changes.forEach(
        (key, json) ->
            json.ifPresentOrElse(
                bytes -> puts.put(text(key), packing.pack(key.type(), bytes)),
                () -> documents.removeAsync(text(key))));
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

  @Override
  public void close() {
    filler.close();
    member.shutdown();
  }
}

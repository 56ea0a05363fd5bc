package dev.ballast.stategrid;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.stategrid.documents.DocumentGrid;
import dev.ballast.stategrid.entry.Volatiles;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The grid as a cache at its worst: what it is offered it takes sometimes, and what it holds may
 * stay after it was replaced or removed. Only what it is told to put is sure.
 */
final class ForgetfulGrid implements DocumentGrid {

  private final Map<ObjectKey, byte[]> documents = new HashMap<>();
  private final Random random;

  ForgetfulGrid(long seed) {
    random = new Random(seed);
  }

  @Override
  public synchronized Optional<byte[]> get(ObjectKey key) {
    return Optional.ofNullable(documents.get(key));
  }

  @Override
  public synchronized Map<ObjectKey, byte[]> getAll(Collection<ObjectKey> keys) {
    Map<ObjectKey, byte[]> found = new HashMap<>();
    keys.forEach(key -> get(key).ifPresent(json -> found.put(key, json)));
    return found;
  }

  @Override
  public synchronized void put(Map<ObjectKey, byte[]> puts) {
    documents.putAll(puts);
  }

  @Override
  public synchronized void offer(Map<ObjectKey, byte[]> offers) {
    offers.forEach(
        (key, json) -> {
          if (random.nextBoolean()) {
            documents.put(key, json);
          }
        });
  }

  @Override
  public synchronized void remove(Collection<ObjectKey> keys) {
    keys.forEach(
        key -> {
          if (Volatiles.contains(key) || random.nextBoolean()) {
            documents.remove(key);
          }
        });
  }

  @Override
  public void close() {}
}

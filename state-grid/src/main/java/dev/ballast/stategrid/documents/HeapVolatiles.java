package dev.ballast.stategrid.documents;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.stategrid.entry.Volatiles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the volatile documents, some bytes for each node, in a plain map beside the grid. They are
 * one member's only (see ADR 12), each is written every few seconds, and the sequencer waits for
 * them: a call into the grid costs more than all else that a heartbeat needs. Thread-safe.
 */
public final class HeapVolatiles implements DocumentGrid {

  private final Map<ObjectKey, byte[]> volatiles = new ConcurrentHashMap<>();
  private final DocumentGrid others;

  public HeapVolatiles(DocumentGrid others) {
    this.others = others;
  }

  @Override
  public void expect(long documents) {
    others.expect(documents);
  }

  @Override
  public Optional<byte[]> get(ObjectKey key) {
    return Volatiles.contains(key) ? Optional.ofNullable(volatiles.get(key)) : others.get(key);
  }

  @Override
  public Map<ObjectKey, byte[]> getAll(Collection<ObjectKey> keys) {
    Map<ObjectKey, byte[]> found = HashMap.newHashMap(keys.size());
    List<ObjectKey> rest = new ArrayList<>(keys.size());
    for (ObjectKey key : keys) {
      if (!Volatiles.contains(key)) {
        rest.add(key);
      } else if (volatiles.get(key) instanceof byte[] json) {
        found.put(key, json);
      }
    }
    if (!rest.isEmpty()) {
      found.putAll(others.getAll(rest));
    }
    return found;
  }

  @Override
  public void put(Map<ObjectKey, byte[]> documents) {
    Map<ObjectKey, byte[]> rest = new HashMap<>();
    documents.forEach((key, json) -> (Volatiles.contains(key) ? volatiles : rest).put(key, json));
    if (!rest.isEmpty()) {
      others.put(rest);
    }
  }

  @Override
  public void offer(Map<ObjectKey, byte[]> documents) {
    others.offer(documents);
  }

  @Override
  public void remove(Collection<ObjectKey> keys) {
    List<ObjectKey> rest = new ArrayList<>(keys.size());
    for (ObjectKey key : keys) {
      if (Volatiles.contains(key)) {
        volatiles.remove(key);
      } else {
        rest.add(key);
      }
    }
    if (!rest.isEmpty()) {
      others.remove(rest);
    }
  }

  @Override
  public void close() {
    others.close();
  }
}

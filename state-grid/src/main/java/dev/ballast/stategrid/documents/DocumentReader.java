package dev.ballast.stategrid.documents;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.entry.Volatiles;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.log.LogReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Finds the bytes of a version: among the recent changes, in the grid if that holds just this
 * version, else in the log. Empty means that compaction took it, or for a volatile object that a
 * newer version replaced it. Thread-safe.
 */
public final class DocumentReader {

  private final DocumentGrid grid;
  private final LogReader log;
  private final Recent recent;
  private final VersionIndex index;

  public DocumentReader(DocumentGrid grid, LogReader log, Recent recent, VersionIndex index) {
    this.index = index;
    this.recent = recent;
    this.grid = grid;
    this.log = log;
  }

  /** The newest version, which the grid likely has; what comes from the log is put there. */
  public Optional<Document> newest(ObjectKey key, long position) {
    // What was written a moment ago is asked for most, and a call into the grid costs 40 µs.
    Optional<Document> inMemory = recent.find(key, position);
    if (inMemory.isPresent()) {
      return inMemory;
    }
    Optional<byte[]> cached = grid.get(key).filter(json -> isOf(json, position));
    if (cached.isPresent()) {
      return Optional.of(document(key, position, cached.get()));
    }
    Optional<Document> found = any(key, position);
    if (!Volatiles.contains(key)) {
      found.ifPresent(document -> offer(Map.of(key, document.json())));
    }
    return found;
  }

  /** A version that may be old: from memory if it is new, or can only be there, else the log. */
  public Optional<Document> any(ObjectKey key, long position) {
    Optional<Document> inMemory = recent.find(key, position);
    if (inMemory.isPresent()) {
      return inMemory;
    }
    if (Volatiles.contains(key)) {
      return grid.get(key)
          .filter(json -> isOf(json, position))
          .map(json -> document(key, position, json));
    }
    return logged(key, position);
  }

  /**
   * Documents in the order of the map; those that are gone are left out. What the grid has nothing
   * of, after a restart all, it gets.
   */
  public List<Document> all(SequencedMap<ObjectKey, Long> positions) {
    Map<ObjectKey, byte[]> cached = grid.getAll(positions.keySet());
    Map<ObjectKey, byte[]> missed = new HashMap<>();
    List<Document> documents = new ArrayList<>(positions.size());
    positions.forEach(
        (key, position) -> {
          byte[] json = cached.get(key);
          if (json != null && isOf(json, position)) {
            documents.add(document(key, position, json));
            return;
          }
          Optional<Document> found = any(key, position);
          found.ifPresent(documents::add);
          if (json == null && !Volatiles.contains(key)) {
            found.ifPresent(document -> missed.put(key, document.json()));
          }
        });
    if (!missed.isEmpty()) {
      offer(missed);
    }
    return documents;
  }

  /**
   * Whoever removes an object takes it out of the index first and then out of the grid. If that
   * came before this, nobody would ever take it out again.
   */
  private void offer(Map<ObjectKey, byte[]> documents) {
    grid.offer(documents);
    List<ObjectKey> gone =
        documents.keySet().stream().filter(key -> index.newest(key).isEmpty()).toList();
    if (!gone.isEmpty()) {
      grid.remove(gone);
    }
  }

  private Optional<Document> logged(ObjectKey key, long position) {
    return log.document(position).map(json -> document(key, position, json));
  }

  private static Document document(ObjectKey key, long position, byte[] json) {
    return new Document(key, Position.revision(position), json);
  }

  private static boolean isOf(byte[] json, long position) {
    return Json.revision(json) == Position.revision(position);
  }
}

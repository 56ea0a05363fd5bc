package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import dev.ballast.kinds.admission.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The writes of one commit while they are being planned. Every replacement and removal expects the
 * revision that was read here, so whatever was decided on holds when the commit succeeds.
 *
 * <p>Used by one thread, for one attempt.
 */
final class Staging implements State {

  private sealed interface Change {
    record Put(ObjectNode tree) implements Change {}

    record Gone() implements Change {}
  }

  private final Reads reads;
  private final Map<ObjectKey, Optional<Document>> read = new HashMap<>();
  private final Map<ObjectKey, Change> changes = new LinkedHashMap<>();

  Staging(Reads reads) {
    this.reads = reads;
  }

  /** What is stored now, whatever is staged. One version for the whole attempt. */
  Optional<Document> stored(ObjectKey key) {
    return read.computeIfAbsent(key, reads::get);
  }

  @Override
  public Optional<ObjectNode> get(ObjectKey key) {
    Change change = changes.get(key);
    if (change == null) {
      return stored(key).map(Document::tree);
    }
    return switch (change) {
      case Change.Put put -> Optional.of(put.tree().deepCopy());
      case Change.Gone gone -> Optional.empty();
    };
  }

  @Override
  public List<Document> list(ResourceType type, String namespace) {
    return reads.list(type, namespace);
  }

  @Override
  public void create(ObjectKey key, ObjectNode document) {
    changes.put(key, new Change.Put(document));
  }

  @Override
  public void replace(ObjectKey key, ObjectNode document) {
    changes.put(key, new Change.Put(document));
  }

  @Override
  public void remove(ObjectKey key) {
    if (stored(key).isPresent()) {
      changes.put(key, new Change.Gone());
    } else {
      changes.remove(key);
    }
  }

  List<Write> writes() {
    List<Write> writes = new ArrayList<>(changes.size());
    changes.forEach((key, change) -> writes.add(write(key, change)));
    return writes;
  }

  /** An object that was not read, or was read as absent, is a new one. */
  private Write write(ObjectKey key, Change change) {
    Optional<Document> base = read.getOrDefault(key, Optional.empty());
    return switch (change) {
      case Change.Put put -> {
        byte[] json = Json.storable(put.tree());
        yield base.<Write>map(old -> new Write.Replace(key, old.revision(), "", json))
            .orElseGet(() -> new Write.Create(key, json, namespace(key)));
      }
      case Change.Gone gone ->
          new Write.Delete(key, base.orElseThrow().revision(), DeleteOptions.DEFAULTS);
    };
  }

  /**
   * Admission has seen a namespace that takes new objects; by the time of the commit it may have
   * begun to go, or be gone.
   */
  private Optional<Write.Basis> namespace(ObjectKey key) {
    ObjectKey namespace = ObjectKey.cluster(ResourceType.NAMESPACES, key.namespace());
    return read.getOrDefault(namespace, Optional.empty())
        .map(document -> new Write.Basis(namespace, document.revision()));
  }

  /** The staged form of an object, for answering a dry run. */
  Optional<byte[]> staged(ObjectKey key) {
    return changes.get(key) instanceof Change.Put put
        ? Optional.of(Json.storable(put.tree()))
        : Optional.empty();
  }

  boolean changes(ObjectKey key) {
    return changes.containsKey(key);
  }

  boolean removes(ObjectKey key) {
    return changes.get(key) instanceof Change.Gone;
  }
}

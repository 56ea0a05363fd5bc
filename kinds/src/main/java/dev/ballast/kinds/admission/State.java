package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as it will be when the commit at hand succeeds: stored objects with the staged writes
 * over them. Writes staged here are committed together with the write under review, or not at all;
 * when one of them loses a race, the whole is planned anew.
 */
public interface State {

  /** A tree that the caller may change (and then {@link #replace}). */
  Optional<ObjectNode> get(ObjectKey key);

  /** Stored objects only, "" for all namespaces; staged writes do not show. */
  List<Document> list(ResourceType type, String namespace);

  void create(ObjectKey key, ObjectNode document);

  /** The object must have been read here. */
  void replace(ObjectKey key, ObjectNode document);

  /** The object must have been read here. */
  void remove(ObjectKey key);
}

package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.executor.assemble.Objects;
import java.util.Optional;

/** ConfigMaps and Secrets straight from the store: always the newest. */
record StoreObjects(ResourceStore store) implements Objects {

  @Override
  public Optional<ObjectNode> configMap(String namespace, String name) {
    return store.get(new ObjectKey(ResourceType.CONFIG_MAPS, namespace, name)).map(Document::tree);
  }

  @Override
  public Optional<ObjectNode> secret(String namespace, String name) {
    return store.get(new ObjectKey(ResourceType.SECRETS, namespace, name)).map(Document::tree);
  }
}

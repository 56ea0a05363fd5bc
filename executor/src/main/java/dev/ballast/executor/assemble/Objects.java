package dev.ballast.executor.assemble;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The ConfigMaps and Secrets that pods name. May throw StoreUnavailableException. */
public interface Objects {

  Optional<ObjectNode> configMap(String namespace, String name);

  Optional<ObjectNode> secret(String namespace, String name);
}

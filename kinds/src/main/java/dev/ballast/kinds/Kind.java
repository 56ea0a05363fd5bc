package dev.ballast.kinds;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.kinds.schema.Schema;
import java.util.List;
import java.util.Set;

/**
 * One kind of object, as data: everything that the API serves, stores, checks and prints of it
 * follows from this record, whether it is built in or comes from a CustomResourceDefinition.
 *
 * @param subresources of "status", "scale", "eviction", "binding", "log", "exec", "attach",
 *     "proxy", "token", "finalize"
 * @param verbs of get, list, watch, create, update, patch, delete, deletecollection
 * @param selectableFields field selector paths beside metadata.name and metadata.namespace
 * @param hooks defaults and validation that a schema cannot express
 */
public record Kind(
    String group,
    String version,
    String kind,
    String plural,
    String singular,
    List<String> shortNames,
    List<String> categories,
    boolean namespaced,
    Schema schema,
    Set<String> subresources,
    Set<String> verbs,
    Set<String> selectableFields,
    List<Column> columns,
    Hooks hooks) {

  public Kind {
    shortNames = List.copyOf(shortNames);
    categories = List.copyOf(categories);
    subresources = Set.copyOf(subresources);
    verbs = Set.copyOf(verbs);
    selectableFields = Set.copyOf(selectableFields);
    columns = List.copyOf(columns);
  }

  /** {@code apps/v1}, or {@code v1} in the core group. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  public ResourceType type() {
    return new ResourceType(group, plural);
  }
}

package dev.ballast.api.auth;

/**
 * What is asked for, as access rules see it.
 *
 * @param verb get, list, watch, create, update, patch, delete, deletecollection; for a path that is
 *     no resource the method in lower case
 * @param path set only where {@code resource} is ""
 */
public record Attributes(
    String verb,
    String group,
    String version,
    String namespace,
    String resource,
    String subresource,
    String name,
    String path) {

  public boolean isResource() {
    return !resource.isEmpty();
  }
}

package dev.ballast.core.store;

import dev.ballast.core.resource.ResourceType;
import java.util.Objects;

/**
 * What to watch.
 *
 * @param namespace "" for all
 * @param afterRevision events of later commits only; take a list's revision
 */
public record WatchQuery(ResourceType type, String namespace, long afterRevision) {
  public WatchQuery {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(namespace, "namespace");
  }
}

package dev.ballast.core.store;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import java.util.Objects;

/**
 * What to watch.
 *
 * @param namespace "" for all
 * @param afterRevision events of later commits only; take a list's revision
 * @param fields a wish: a remote store saves the link the objects that do not match, and tells of
 *     one that ceases to match as DELETED. Others may send everything, so the reader still filters
 */
public record WatchQuery(
    ResourceType type, String namespace, long afterRevision, FieldSelector fields) {
  public WatchQuery {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(fields, "fields");
  }

  public WatchQuery(ResourceType type, String namespace, long afterRevision) {
    this(type, namespace, afterRevision, FieldSelector.EVERYTHING);
  }
}

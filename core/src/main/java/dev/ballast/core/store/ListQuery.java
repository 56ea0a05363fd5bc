package dev.ballast.core.store;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.selector.LabelSelector;
import java.util.Objects;

/**
 * What to list, in key order.
 *
 * @param namespace "" for all
 * @param limit at most this many documents; 0 for all
 * @param continueToken "" for the first page, else what the page before returned
 * @param minimumRevision the answer is at least as new as this; 0 for the newest
 * @param exactRevision the answer shows this very revision, however old; 0 for any. Not beside the
 *     two above
 */
public record ListQuery(
    ResourceType type,
    String namespace,
    LabelSelector labels,
    FieldSelector fields,
    int limit,
    String continueToken,
    long minimumRevision,
    long exactRevision) {

  public ListQuery {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(fields, "fields");
    Objects.requireNonNull(continueToken, "continueToken");
  }

  public ListQuery(
      ResourceType type,
      String namespace,
      LabelSelector labels,
      FieldSelector fields,
      int limit,
      String continueToken,
      long minimumRevision) {
    this(type, namespace, labels, fields, limit, continueToken, minimumRevision, 0);
  }

  public static ListQuery all(ResourceType type) {
    return in(type, "");
  }

  public static ListQuery in(ResourceType type, String namespace) {
    return new ListQuery(
        type, namespace, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING, 0, "", 0);
  }

  public ListQuery withLabels(LabelSelector selector) {
    return new ListQuery(
        type, namespace, selector, fields, limit, continueToken, minimumRevision, exactRevision);
  }

  public ListQuery withFields(FieldSelector selector) {
    return new ListQuery(
        type, namespace, labels, selector, limit, continueToken, minimumRevision, exactRevision);
  }

  public ListQuery withPage(int size, String token) {
    return new ListQuery(
        type, namespace, labels, fields, size, token, minimumRevision, exactRevision);
  }

  /** The state as it was right after that commit. */
  public ListQuery at(long revision) {
    return new ListQuery(type, namespace, labels, fields, limit, "", 0, revision);
  }
}

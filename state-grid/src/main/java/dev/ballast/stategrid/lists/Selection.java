package dev.ballast.stategrid.lists;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.store.ListQuery;
import dev.ballast.stategrid.entry.Head;
import java.util.ArrayList;
import java.util.List;

/**
 * A query's selectors, split into what the index can answer (labels, name, namespace, node) and
 * what needs the document. Pure.
 */
final class Selection {

  private final ListQuery query;
  private final List<FieldSelector.Requirement> indexed = new ArrayList<>();
  private final FieldSelector remaining;

  Selection(ListQuery query) {
    this.query = query;
    List<FieldSelector.Requirement> unindexed = new ArrayList<>();
    for (FieldSelector.Requirement requirement : query.fields().requirements()) {
      switch (requirement.path()) {
        case "metadata.name", "metadata.namespace", "spec.nodeName" -> indexed.add(requirement);
        default -> unindexed.add(requirement);
      }
    }
    remaining = new FieldSelector(unindexed);
  }

  /** Whether every object of the collection is selected. */
  boolean everything() {
    return query.labels().isEverything() && query.fields().isEverything();
  }

  /** The one node that is asked for, or "". */
  String node() {
    return indexed.stream()
        .filter(one -> one.path().equals("spec.nodeName") && one.equal())
        .map(FieldSelector.Requirement::value)
        .findFirst()
        .orElse("");
  }

  boolean mayMatch(ObjectKey key, Head head) {
    for (FieldSelector.Requirement requirement : indexed) {
      String actual =
          switch (requirement.path()) {
            case "metadata.name" -> key.name();
            case "metadata.namespace" -> key.namespace();
            default -> head.nodeName();
          };
      if (requirement.equal() != actual.equals(requirement.value())) {
        return false;
      }
    }
    return query.labels().matches(head.labels());
  }

  boolean matches(Document document) {
    return remaining.isEverything() || remaining.matches(document.tree());
  }
}

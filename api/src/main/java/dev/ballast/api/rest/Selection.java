package dev.ballast.api.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.core.selector.LabelSelectorParser;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The label and field selectors of a request.
 *
 * @param rest what of the fields cannot be told from the key alone
 */
record Selection(LabelSelector labels, FieldSelector fields, FieldSelector rest) {

  /**
   * @param name a name that the path asks for besides; "" for none
   */
  static Selection of(Exchange exchange, Kind kind, String name) throws Refusal {
    LabelSelector labels = LabelSelector.EVERYTHING;
    List<FieldSelector.Requirement> fields = new ArrayList<>();
    try {
      String labelText = exchange.query("labelSelector");
      labels = labelText.isEmpty() ? labels : LabelSelectorParser.parse(labelText);
      String fieldText = exchange.query("fieldSelector");
      if (!fieldText.isEmpty()) {
        fields.addAll(FieldSelector.parse(fieldText).requirements());
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(Failures.badRequest(e.getMessage()));
    }
    for (FieldSelector.Requirement field : fields) {
      if (!isOfKey(field.path()) && !kind.selectableFields().contains(field.path())) {
        throw new Refusal(Failures.badRequest("field label not supported: " + field.path()));
      }
    }
    if (!name.isEmpty()) {
      fields.add(new FieldSelector.Requirement("metadata.name", true, name));
    }
    List<FieldSelector.Requirement> rest =
        fields.stream().filter(field -> !isOfKey(field.path())).toList();
    return new Selection(labels, new FieldSelector(fields), new FieldSelector(rest));
  }

  private static boolean isOfKey(String path) {
    return path.equals("metadata.name") || path.equals("metadata.namespace");
  }

  boolean isEverything() {
    return labels.isEverything() && fields.isEverything();
  }

  /** Whether a document is selected; parses it only when the key does not decide. */
  boolean matches(Document document) {
    if (!keyMatches(document.key())) {
      return false;
    }
    if (labels.isEverything() && rest.isEverything()) {
      return true;
    }
    ObjectNode tree = document.tree();
    Map<String, String> held = new LinkedHashMap<>();
    tree.path("metadata")
        .path("labels")
        .properties()
        .forEach(label -> held.put(label.getKey(), label.getValue().asText()));
    return labels.matches(held) && rest.matches(tree);
  }

  private boolean keyMatches(ObjectKey key) {
    for (FieldSelector.Requirement field : fields.requirements()) {
      if (isOfKey(field.path())) {
        String actual = field.path().equals("metadata.name") ? key.name() : key.namespace();
        if (field.equal() != actual.equals(field.value())) {
          return false;
        }
      }
    }
    return true;
  }
}

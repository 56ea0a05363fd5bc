package dev.ballast.core.placement;

import dev.ballast.core.model.Node;
import dev.ballast.core.model.PodSpec.NodeRequirement;
import dev.ballast.core.model.PodSpec.NodeSelector;
import dev.ballast.core.model.PodSpec.NodeSelectorTerm;
import java.util.Map;
import java.util.OptionalLong;

/** Node selectors, as the API reference of core/v1 NodeSelector defines them. Pure. */
public final class NodeMatch {

  private NodeMatch() {}

  /** One term suffices; a selector without terms matches nothing. */
  public static boolean matches(NodeSelector selector, Node node) {
    for (NodeSelectorTerm term : selector.nodeSelectorTerms()) {
      if (matches(term, node)) {
        return true;
      }
    }
    return false;
  }

  /** Everything in the term must hold; an empty term matches nothing. */
  public static boolean matches(NodeSelectorTerm term, Node node) {
    if (isEmpty(term)) {
      return false;
    }
    for (NodeRequirement requirement : term.matchExpressions()) {
      if (!matches(requirement, node.metadata().labels())) {
        return false;
      }
    }
    for (NodeRequirement requirement : term.matchFields()) {
      if (!matches(requirement, Map.of("metadata.name", node.metadata().name()))) {
        return false;
      }
    }
    return true;
  }

  public static boolean isEmpty(NodeSelectorTerm term) {
    return term.matchExpressions().isEmpty() && term.matchFields().isEmpty();
  }

  private static boolean matches(NodeRequirement requirement, Map<String, String> labels) {
    String value = labels.get(requirement.key());
    return switch (requirement.operator()) {
      case "In" -> value != null && requirement.values().contains(value);
      case "NotIn" -> value == null || !requirement.values().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> compare(value, requirement) > 0;
      case "Lt" -> compare(value, requirement) < 0;
      default -> false;
    };
  }

  /** 0, which satisfies neither Gt nor Lt, also where one of the two is no integer. */
  private static int compare(String value, NodeRequirement requirement) {
    if (value == null || requirement.values().size() != 1) {
      return 0;
    }
    OptionalLong left = integer(value);
    OptionalLong right = integer(requirement.values().getFirst());
    return left.isPresent() && right.isPresent()
        ? Long.compare(left.getAsLong(), right.getAsLong())
        : 0;
  }

  private static OptionalLong integer(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException notAnInteger) {
      return OptionalLong.empty();
    }
  }
}

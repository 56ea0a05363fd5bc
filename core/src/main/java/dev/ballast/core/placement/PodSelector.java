package dev.ballast.core.placement;

import dev.ballast.core.selector.LabelSelector;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Which pods a rule about other pods means: by namespace and by labels. Equal selectors are counted
 * once in a cluster, however many pods have them.
 *
 * @param namespaces by name; what the namespace selector selects comes on top
 * @param namespaceSelector null for none
 * @param labels null selects no pod at all
 */
public record PodSelector(
    Set<String> namespaces, LabelSelector namespaceSelector, LabelSelector labels) {

  public PodSelector {
    namespaces = Set.copyOf(namespaces);
  }

  /** The pods of one namespace. */
  public static PodSelector in(String namespace, LabelSelector labels) {
    return new PodSelector(Set.of(namespace), null, labels);
  }

  /**
   * @param namespaceLabels the labels of a namespace by its name
   */
  public boolean matches(PodIdentity pod, Function<String, Map<String, String>> namespaceLabels) {
    return labels != null
        && labels.matches(pod.labels())
        && matchesNamespace(pod.namespace(), namespaceLabels);
  }

  private boolean matchesNamespace(
      String namespace, Function<String, Map<String, String>> namespaceLabels) {
    return namespaces.contains(namespace)
        || (namespaceSelector != null
            && namespaceSelector.matches(namespaceLabels.apply(namespace)));
  }
}

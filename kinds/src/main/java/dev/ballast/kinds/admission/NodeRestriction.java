package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.admission.Review.Operation;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node's agent writes what is its own: its Node (but neither its taints, nor the labels that are
 * kept from nodes, nor the machine that it is, nor the key that holds it), its Lease, status and
 * removal of pods bound to it, and Events. As Kubernetes' admission plug-in of that name.
 */
final class NodeRestriction implements Admission {

  /** Of Kubernetes' own labels, those that a kubelet may say of its machine. */
  private static final Set<String> OWN_LABELS =
      Set.of(
          "kubernetes.io/hostname",
          "kubernetes.io/os",
          "kubernetes.io/arch",
          "beta.kubernetes.io/os",
          "beta.kubernetes.io/arch",
          "beta.kubernetes.io/instance-type",
          "node.kubernetes.io/instance-type",
          "topology.kubernetes.io/zone",
          "topology.kubernetes.io/region",
          "failure-domain.beta.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/region");

  private static final List<String> OWN_DOMAINS =
      List.of("kubelet.kubernetes.io", "node.kubernetes.io");

  private static final String KEY = "ballast.dev/node-key";
  private static final String LEASES = "kube-node-lease";

  @Override
  public Optional<Failure> admit(Review review, State state) {
    return review
        .user()
        .node()
        .flatMap(node -> refusal(node, review))
        .map(why -> Failures.forbidden(review.key(), why));
  }

  private static Optional<String> refusal(String node, Review review) {
    ResourceType type = review.key().type();
    if (type.equals(ResourceType.NODES)) {
      return ofNode(node, review);
    }
    if (type.equals(ResourceType.PODS)) {
      return ofPod(node, review);
    }
    if (type.equals(ResourceType.LEASES)) {
      boolean own = review.key().namespace().equals(LEASES) && review.key().name().equals(node);
      return unless(own, "node \"%s\" may write its own lease in %s only".formatted(node, LEASES));
    }
    return unless(type.equals(ResourceType.EVENTS), "node \"" + node + "\" may not write " + type);
  }

  private static Optional<String> ofNode(String node, Review review) {
    if (!review.key().name().equals(node)) {
      return Optional.of(
          "node \"%s\" is not allowed to modify node \"%s\"".formatted(node, review.key().name()));
    }
    if (review.operation() != Operation.UPDATE) {
      return Optional.of(
          "node \"" + node + "\" is made when it asks for its credential, and removed by others");
    }
    ObjectNode now = review.document();
    ObjectNode before = review.previous();
    if (!now.path("spec").path("taints").equals(before.path("spec").path("taints"))) {
      return Optional.of("node \"" + node + "\" is not allowed to modify taints");
    }
    if (!machine(now).equals(machine(before))) {
      return Optional.of(
          "node \"%s\" is not allowed to modify spec.providerID, which is set when the node is made"
              .formatted(node));
    }
    if (!Objects.equals(key(now), key(before))) {
      return Optional.of("node \"" + node + "\" is not allowed to modify annotation " + KEY);
    }
    Set<String> changed = changedKeptLabels(now, before);
    return unless(
        changed.isEmpty(),
        "node \"%s\" is not allowed to modify labels: %s"
            .formatted(node, String.join(", ", changed)));
  }

  private static String machine(ObjectNode document) {
    return document.path("spec").path("providerID").asText("");
  }

  private static JsonNode key(ObjectNode document) {
    return document.at("/metadata/annotations").get(KEY);
  }

  private static Set<String> changedKeptLabels(ObjectNode now, ObjectNode before) {
    JsonNode labels = now.at("/metadata/labels");
    JsonNode old = before.at("/metadata/labels");
    Set<String> keys = new TreeSet<>();
    labels.fieldNames().forEachRemaining(keys::add);
    old.fieldNames().forEachRemaining(keys::add);
    keys.removeIf(key -> !isKept(key) || labels.path(key).equals(old.path(key)));
    return keys;
  }

  /** Labels by which workloads are drawn to nodes are given by people. */
  private static boolean isKept(String key) {
    int slash = key.indexOf('/');
    String domain = slash < 0 ? "" : key.substring(0, slash);
    boolean kubernetes = isIn(domain, "kubernetes.io") || isIn(domain, "k8s.io");
    return kubernetes
        && !OWN_LABELS.contains(key)
        && OWN_DOMAINS.stream().noneMatch(own -> isIn(domain, own));
  }

  private static boolean isIn(String domain, String parent) {
    return domain.equals(parent) || domain.endsWith("." + parent);
  }

  private static Optional<String> ofPod(String node, Review review) {
    boolean status =
        review.operation() == Operation.UPDATE && review.subresource().equals("status");
    boolean removal =
        review.operation() == Operation.DELETE || review.operation() == Operation.REMOVE;
    if (!status && !removal) {
      return Optional.of("node \"" + node + "\" may write the status of pods, and remove them");
    }
    ObjectNode pod = review.previous() == null ? review.document() : review.previous();
    return unless(
        pod.at("/spec/nodeName").asText("").equals(node),
        "node \"%s\" can only write pods with spec.nodeName set to itself".formatted(node));
  }

  private static Optional<String> unless(boolean fine, String why) {
    return fine ? Optional.empty() : Optional.of(why);
  }
}

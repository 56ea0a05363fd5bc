package dev.ballast.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Owners;
import dev.ballast.control.replicaset.ReplicaSet;
import dev.ballast.control.workload.LabelSelectors;
import dev.ballast.control.workload.Templates;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.resource.Json;
import java.util.ArrayList;
import java.util.List;

/** The actions by which a Deployment makes and sizes its ReplicaSets. Pure. */
final class SetActions {

  private final Cached<Deployment> deployment;

  SetActions(Cached<Deployment> deployment) {
    this.deployment = deployment;
  }

  static String hash(Deployment deployment) {
    return Templates.hash(deployment.spec().template(), deployment.status().collisionCount());
  }

  static String name(Deployment deployment) {
    return deployment.metadata().name() + "-" + hash(deployment);
  }

  List<Action> create(Rollout rollout, int size) {
    Deployment owner = deployment.value();
    String hash = hash(owner);
    String name = name(owner);
    ObjectNode set = Json.object().put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
    ObjectNode metadata = set.putObject("metadata");
    metadata.put("name", name).put("namespace", deployment.key().namespace());
    ObjectNode labels = metadata.putObject("labels");
    Templates.labels(owner.spec().template()).forEach(labels::put);
    labels.put(Templates.HASH_LABEL, hash);
    ObjectNode annotations = metadata.putObject("annotations");
    Revisions.annotations(owner, Revisions.next(rollout.old())).forEach(annotations::put);
    metadata
        .putArray("ownerReferences")
        .add(Owners.node(Owners.controller("apps/v1", "Deployment", owner.metadata())));
    ObjectNode spec = set.putObject("spec");
    spec.put("replicas", size);
    if (owner.spec().minReadySeconds() > 0) {
      spec.put("minReadySeconds", owner.spec().minReadySeconds());
    }
    spec.set("selector", selector(hash));
    ObjectNode template = owner.spec().template().deepCopy();
    template.withObject("/metadata").withObject("/labels").put(Templates.HASH_LABEL, hash);
    spec.set("template", template);
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.Create(DeploymentReconciler.setKey(deployment, name), set));
    if (size > 0) {
      actions.add(tell(name, 0, size));
    }
    return actions;
  }

  private JsonNode selector(String hash) {
    ObjectNode selector = LabelSelectors.node(deployment.value().spec().selector());
    selector.withObject("/matchLabels").put(Templates.HASH_LABEL, hash);
    return selector;
  }

  /** Nothing when it has that size and remembers it. */
  List<Action> resize(Cached<ReplicaSet> set, int size, Limits limits) {
    int before = set.value().spec().replicas();
    boolean remembers =
        set.value()
            .metadata()
            .annotations()
            .entrySet()
            .containsAll(Revisions.sizes(limits).entrySet());
    if (before == size && (remembers || size == 0)) {
      return List.of();
    }
    ObjectNode patch = Json.object();
    ObjectNode annotations = patch.putObject("metadata").putObject("annotations");
    Revisions.sizes(limits).forEach(annotations::put);
    patch.putObject("spec").put("replicas", size);
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.Patch(set.key(), set.revision(), "", patch));
    if (before != size) {
      actions.add(tell(set.key().name(), before, size));
    }
    return actions;
  }

  List<Action> resizeAll(List<Cached<ReplicaSet>> sets, List<Integer> sizes, Limits limits) {
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      actions.addAll(resize(sets.get(i), sizes.get(i), limits));
    }
    return actions;
  }

  /** Brings the current set's annotations, and minReadySeconds, up to date. */
  List<Action> annotate(Cached<ReplicaSet> set, Rollout rollout) {
    ObjectNode missing =
        Revisions.missing(deployment.value(), set.value(), Revisions.next(rollout.old()));
    ObjectNode patch = Json.object();
    if (!missing.isEmpty()) {
      patch.putObject("metadata").set("annotations", missing);
    }
    int minReady = deployment.value().spec().minReadySeconds();
    if (set.value().spec().minReadySeconds() != minReady) {
      patch.putObject("spec").put("minReadySeconds", minReady);
    }
    return patch.isEmpty()
        ? List.of()
        : List.of(new Action.Patch(set.key(), set.revision(), "", patch));
  }

  private Action tell(String set, int from, int to) {
    return new Action.Tell(
        deployment.key(),
        deployment.value().metadata().uid(),
        EventType.NORMAL,
        "ScalingReplicaSet",
        "Scaled "
            + (to > from ? "up" : "down")
            + " replica set "
            + set
            + " from "
            + from
            + " to "
            + to);
  }
}

package dev.ballast.control.namespace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Condition;
import dev.ballast.core.resource.Json;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Deletes what is in a namespace that is being deleted, says what still remains, and takes the
 * namespace's finalizer off when nothing does. Pure.
 */
final class NamespaceReconciler implements Reconciler<NamespaceView> {

  private static final int BURST = 500;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  @Override
  public Decision<Action> reconcile(NamespaceView view, Now now) {
    Namespace namespace = view.namespace().value();
    boolean held = namespace.spec().finalizers().contains(Namespace.FINALIZER);
    if (!namespace.metadata().isDeleting() || !held) {
      return Decision.nothing();
    }
    if (view.contents().isEmpty()) {
      return view.complete()
          ? Decision.of(List.of(finish(view)))
          : Decision.<Action>nothing().andCheckAgain(Duration.ofMillis(200));
    }
    List<Action> actions = new ArrayList<>();
    view.contents().stream()
        .filter(object -> !object.value().isDeleting())
        .limit(BURST)
        .forEach(object -> actions.add(delete(object)));
    actions.add(report(view, now));
    return Decision.of(actions).andCheckAgain(LOOK_AGAIN);
  }

  private static Action delete(Cached<Meta> object) {
    return new Action.Delete(
        object.key(),
        new DeleteOptions(
            object.value().metadata().uid(), -1, DeleteOptions.Propagation.BACKGROUND));
  }

  private static Action finish(NamespaceView view) {
    ObjectNode patch = Json.object();
    ArrayNode finalizers = patch.putObject("spec").putArray("finalizers");
    view.namespace().value().spec().finalizers().stream()
        .filter(finalizer -> !finalizer.equals(Namespace.FINALIZER))
        .forEach(finalizers::add);
    return new Action.Patch(view.namespace().key(), view.namespace().revision(), "finalize", patch);
  }

  /** The conditions by which people find out what holds a namespace up. */
  private static Action report(NamespaceView view, Now now) {
    Map<String, Long> byKind =
        view.contents().stream()
            .collect(
                Collectors.groupingBy(
                    object -> object.key().type().toString(), TreeMap::new, Collectors.counting()));
    Map<String, Long> byFinalizer =
        view.contents().stream()
            .flatMap(object -> object.value().metadata().finalizers().stream())
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    List<Condition> conditions = view.namespace().value().status().conditions();
    conditions =
        Conditions.with(
            conditions,
            "NamespaceDeletionDiscoveryFailure",
            "False",
            "ResourcesDiscovered",
            "All resources successfully discovered",
            now);
    conditions =
        Conditions.with(
            conditions,
            "NamespaceDeletionContentFailure",
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
            now);
    conditions =
        Conditions.with(
            conditions,
            "NamespaceContentRemaining",
            "True",
            "SomeResourcesRemain",
            "Some resources are remaining: "
                + counted(byKind, " has ", " resource instances", ", "),
            now);
    conditions =
        byFinalizer.isEmpty()
            ? Conditions.with(
                conditions,
                "NamespaceFinalizersRemaining",
                "False",
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished",
                now)
            : Conditions.with(
                conditions,
                "NamespaceFinalizersRemaining",
                "True",
                "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: "
                    + counted(byFinalizer, " in ", " resource instances", ", "),
                now);
    ObjectNode patch = Json.object();
    patch.putObject("status").set("conditions", Conditions.node(conditions));
    return new Action.Patch(view.namespace().key(), view.namespace().revision(), "status", patch);
  }

  private static String counted(
      Map<String, Long> counts, String between, String after, String separator) {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + between + entry.getValue() + after)
        .collect(Collectors.joining(separator));
  }
}

package dev.ballast.control.garbage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.garbage.OwnedView.OwnerState;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.meta.Owners;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.resource.Json;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.DeleteOptions.Propagation;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Decides one object's fate by its owners, and the fate of its dependents when it is on its way
 * out.
 *
 * <ul>
 *   <li>While one owner is there, the object stays, and references to owners that are gone or going
 *       are taken off.
 *   <li>When all are gone, it is deleted; likewise when the last ones wait for it (foreground).
 *   <li>An object in foreground deletion goes when no dependent that blocks it is left.
 *   <li>An object deleted with orphaning first takes itself off its dependents.
 * </ul>
 *
 * <p>A deletion names the version it was decided on, so an object that was adopted meanwhile stays.
 * Pure.
 */
final class GarbageReconciler implements Reconciler<OwnedView> {

  static final String FOREGROUND = "foregroundDeletion";
  static final String ORPHAN = "orphan";
  private static final Duration SOON = Duration.ofMillis(200);

  @Override
  public Decision<Action> reconcile(OwnedView view, Now now) {
    Meta object = view.object().value();
    if (object.isDeleting()) {
      return object.hasFinalizer(ORPHAN)
          ? orphan(view)
          : object.hasFinalizer(FOREGROUND) ? foreground(view) : Decision.nothing();
    }
    Set<OwnerState> states = EnumSet.noneOf(OwnerState.class);
    states.addAll(view.owners().values());
    if (states.isEmpty()) {
      return Decision.nothing();
    }
    if (states.contains(OwnerState.SOLID)) {
      return states.contains(OwnerState.ABSENT) || states.contains(OwnerState.WAITING)
          ? Decision.of(List.of(keepSolidOwners(view)))
          : Decision.nothing();
    }
    if (states.contains(OwnerState.UNSEEN)) {
      return Decision.<Action>nothing().andCheckAgain(SOON);
    }
    boolean waited = states.contains(OwnerState.WAITING) && !view.dependents().isEmpty();
    return Decision.of(
        List.of(delete(view.object(), waited ? Propagation.FOREGROUND : asMarked(object))));
  }

  private static Propagation asMarked(Meta object) {
    return object.hasFinalizer(ORPHAN)
        ? Propagation.ORPHAN
        : object.hasFinalizer(FOREGROUND) ? Propagation.FOREGROUND : Propagation.BACKGROUND;
  }

  private static Action delete(Cached<Meta> object, Propagation propagation) {
    return new Action.Delete(
        object.key(),
        new DeleteOptions(object.value().metadata().uid(), -1, propagation),
        object.revision());
  }

  private static Action keepSolidOwners(OwnedView view) {
    List<OwnerReference> solid =
        view.object().value().metadata().ownerReferences().stream()
            .filter(
                owner ->
                    view.owners().get(owner) == OwnerState.SOLID
                        || view.owners().get(owner) == OwnerState.UNSEEN)
            .toList();
    return patch(view.object(), Owners.patch(solid));
  }

  private static Decision<Action> orphan(OwnedView view) {
    String uid = view.object().value().metadata().uid();
    if (!view.dependents().isEmpty()) {
      return Decision.of(
          view.dependents().stream()
              .map(dependent -> patch(dependent, Owners.release(dependent.value().metadata(), uid)))
              .toList());
    }
    return view.complete()
        ? Decision.of(List.of(withoutFinalizer(view.object(), ORPHAN)))
        : Decision.<Action>nothing().andCheckAgain(SOON);
  }

  /** The dependents' own rounds delete them; here is only seen whether the last one has gone. */
  private static Decision<Action> foreground(OwnedView view) {
    String uid = view.object().value().metadata().uid();
    boolean blocked =
        view.dependents().stream()
            .flatMap(dependent -> dependent.value().metadata().ownerReferences().stream())
            .anyMatch(owner -> owner.uid().equals(uid) && owner.blockOwnerDeletion());
    if (blocked) {
      return Decision.of(unblockCycles(view, uid));
    }
    return view.complete()
        ? Decision.of(List.of(withoutFinalizer(view.object(), FOREGROUND)))
        : Decision.<Action>nothing().andCheckAgain(SOON);
  }

  /** Two objects that own and so wait for each other would wait for ever: one lets go. */
  private static List<Action> unblockCycles(OwnedView view, String uid) {
    List<String> ownOwners = view.object().value().ownerUids();
    return view.dependents().stream()
        .filter(
            dependent ->
                ownOwners.contains(dependent.value().metadata().uid())
                    && dependent.value().isDeleting()
                    && dependent.value().hasFinalizer(FOREGROUND))
        .map(dependent -> patch(dependent, Owners.release(dependent.value().metadata(), uid)))
        .toList();
  }

  private static Action withoutFinalizer(Cached<Meta> object, String finalizer) {
    ObjectNode patch = Json.object();
    ArrayNode finalizers = patch.putObject("metadata").putArray("finalizers");
    List<String> left = new ArrayList<>(object.value().metadata().finalizers());
    left.remove(finalizer);
    left.forEach(finalizers::add);
    return patch(object, patch);
  }

  private static Action patch(Cached<Meta> object, ObjectNode patch) {
    return new Action.Patch(object.key(), object.revision(), "", patch);
  }
}

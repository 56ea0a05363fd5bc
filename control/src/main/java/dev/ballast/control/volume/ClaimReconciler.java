package dev.ballast.control.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.control.volume.StorageViews.Claim;
import dev.ballast.control.volume.StorageViews.Volume;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Now;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Binds a claim whose class does not wait for a pod to the smallest volume that serves it, and says
 * how far each claim is: Pending, Bound, or Lost when its volume is. Claims that wait for their
 * first pod are bound with it, by the planner's applier. Pure.
 */
final class ClaimReconciler implements Reconciler<ClaimReconciler.View> {

  private static final String COMPLETED = "pv.kubernetes.io/bind-completed";
  private static final String BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

  /**
   * @param waits its class binds it with its first pod
   * @param named the volume that the claim names, if it is there
   * @param volumes those that may serve it, when it names none
   */
  record View(
      Cached<Claim> claim,
      boolean waits,
      Optional<Cached<Volume>> named,
      List<Cached<Volume>> volumes) {}

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    Claim claim = view.claim().value();
    if (claim.spec().volumeName().isEmpty()) {
      return view.waits() ? phase(view, "Pending", null) : bind(view);
    }
    if (view.named().isEmpty()) {
      boolean had = claim.metadata().annotations().containsKey(COMPLETED);
      return phase(view, had ? "Lost" : "Pending", null);
    }
    Cached<Volume> volume = view.named().get();
    if (volume.value().spec().claimRef() == null
        || (volume.value().isFor(claim) && volume.value().spec().claimRef().uid().isEmpty())) {
      return together(view.claim(), volume);
    }
    return volume.value().isFor(claim)
        ? phase(view, "Bound", volume.value())
        : phase(view, "Pending", null);
  }

  private static Decision<Action> bind(View view) {
    Claim claim = view.claim().value();
    return view.volumes().stream()
        .filter(volume -> volume.value().serves(claim))
        .min(
            Comparator.comparing((Cached<Volume> one) -> !one.value().isFor(claim))
                .thenComparing(one -> one.value().size())
                .thenComparing(Cached::key))
        .map(volume -> together(view.claim(), volume))
        .orElseGet(() -> phase(view, "Pending", null));
  }

  /** Both name each other, or neither does. */
  private static Decision<Action> together(Cached<Claim> claim, Cached<Volume> volume) {
    ObjectNode toClaim = Json.object();
    toClaim
        .putObject("metadata")
        .putObject("annotations")
        .put(COMPLETED, "yes")
        .put(BY_CONTROLLER, "yes");
    toClaim.putObject("spec").put("volumeName", volume.key().name());
    ObjectNode toVolume = Json.object();
    toVolume
        .putObject("spec")
        .putObject("claimRef")
        .put("apiVersion", "v1")
        .put("kind", "PersistentVolumeClaim")
        .put("namespace", claim.key().namespace())
        .put("name", claim.key().name())
        .put("uid", claim.value().metadata().uid());
    return Decision.of(
        List.of(
            new Action.Together(
                List.of(
                    new Action.Patch(claim.key(), claim.revision(), "", toClaim),
                    new Action.Patch(volume.key(), volume.revision(), "", toVolume)))));
  }

  private static Decision<Action> phase(View view, String phase, Volume volume) {
    Cached<Claim> claim = view.claim();
    if (claim.value().status().phase().equals(phase)) {
      return Decision.nothing();
    }
    ObjectNode patch = Json.object();
    ObjectNode status = patch.putObject("status").put("phase", phase);
    if (volume != null) {
      volume.spec().accessModes().forEach(status.putArray("accessModes")::add);
      ObjectNode capacity = status.putObject("capacity");
      volume.spec().capacity().forEach(capacity::put);
    }
    return Decision.of(List.of(new Action.Patch(claim.key(), claim.revision(), "status", patch)));
  }
}

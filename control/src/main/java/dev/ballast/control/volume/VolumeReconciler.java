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
import java.util.List;
import java.util.Optional;

/**
 * Says of each volume whether it is Available, Bound, or Released: its claim is gone, and what is
 * on it waits for somebody to look. Pure.
 */
final class VolumeReconciler implements Reconciler<VolumeReconciler.View> {

  /**
   * @param claim the one of the name that the volume refers to, whatever its uid
   */
  record View(Cached<Volume> volume, Optional<Cached<Claim>> claim) {}

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    Volume volume = view.volume().value();
    String phase = phase(volume, view.claim().map(Cached::value));
    if (volume.status().phase().equals(phase)) {
      return Decision.nothing();
    }
    ObjectNode patch = Json.object();
    patch.putObject("status").put("phase", phase);
    return Decision.of(
        List.of(new Action.Patch(view.volume().key(), view.volume().revision(), "status", patch)));
  }

  private static String phase(Volume volume, Optional<Claim> claim) {
    if (volume.spec().claimRef() == null || volume.spec().claimRef().uid().isEmpty()) {
      // A reference without uid keeps it for a claim that is to come.
      return "Available";
    }
    return claim.filter(volume::isFor).isPresent() ? "Bound" : "Released";
  }
}

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
 * Says of each volume whether it is Available, Bound, Released, or Failed. One whose claim is gone
 * is Released, and what is on it waits for somebody to look; where it is to be deleted then, that
 * is for whoever provisioned it, and it fails where nobody did, as with Kubernetes, whose volume
 * plug-ins Ballast has none of. Pure.
 */
final class VolumeReconciler implements Reconciler<VolumeReconciler.View> {

  private static final String RELEASED = "Released";
  private static final String FAILED = "Failed";

  /**
   * @param claim the one of the name that the volume refers to, whatever its uid
   */
  record View(Cached<Volume> volume, Optional<Cached<Claim>> claim) {}

  /** Why a volume cannot be reclaimed, as Kubernetes' event has it. */
  private record Trouble(String reason, String message) {}

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    Volume volume = view.volume().value();
    String before = volume.status().phase();
    String phase = phase(volume, view.claim().map(Cached::value));
    if (!phase.equals(RELEASED)) {
      return before.equals(phase)
          ? Decision.nothing()
          : Decision.of(List.of(patch(view, phase, "")));
    }
    Optional<Trouble> trouble = trouble(volume);
    if (before.equals(trouble.isEmpty() ? RELEASED : FAILED)) {
      return Decision.nothing();
    }
    if (trouble.isEmpty()) {
      return Decision.of(List.of(patch(view, RELEASED, "")));
    }
    return Decision.of(
        List.of(
            patch(view, FAILED, trouble.get().message()),
            new Action.Tell(
                view.volume().key(),
                volume.metadata().uid(),
                Action.EventType.WARNING,
                trouble.get().reason(),
                trouble.get().message())));
  }

  private static Action patch(View view, String phase, String message) {
    ObjectNode patch = Json.object();
    ObjectNode status = patch.putObject("status").put("phase", phase);
    if (message.isEmpty()) {
      status.putNull("message");
    } else {
      status.put("message", message);
    }
    return new Action.Patch(view.volume().key(), view.volume().revision(), "status", patch);
  }

  private static String phase(Volume volume, Optional<Claim> claim) {
    if (volume.spec().claimRef() == null || volume.spec().claimRef().uid().isEmpty()) {
      // A reference without uid keeps it for a claim that is to come.
      return "Available";
    }
    return claim.filter(volume::isFor).isPresent() ? "Bound" : RELEASED;
  }

  private static Optional<Trouble> trouble(Volume volume) {
    return switch (volume.spec().persistentVolumeReclaimPolicy()) {
      case "Delete" ->
          volume.provisioner().isEmpty()
              ? Optional.of(
                  new Trouble(
                      "VolumeFailedDelete",
                      "error getting deleter volume plugin for volume \"%s\": no deletable volume plugin matched"
                          .formatted(volume.metadata().name())))
              : Optional.empty();
      case "Recycle" ->
          Optional.of(
              new Trouble("VolumeFailedRecycle", "No recycler plugin found for the volume!"));
      default -> Optional.empty();
    };
  }
}

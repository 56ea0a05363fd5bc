package dev.ballast.control.volume;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Trigger;
import dev.ballast.control.volume.StorageViews.Claim;
import dev.ballast.control.volume.StorageViews.Reference;
import dev.ballast.control.volume.StorageViews.StorageClass;
import dev.ballast.control.volume.StorageViews.Volume;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The two controllers of persistent volumes: what wakes them and what they see. */
public final class PersistentVolumes {

  private static final Index<Claim> BY_CLASS =
      new Index<>("class", claim -> List.of(claim.value().spec().className()));
  private static final Index<Volume> OF_CLASS =
      new Index<>("class", volume -> List.of(volume.value().spec().storageClassName()));

  private final Informer<Claim> claims;
  private final Informer<Volume> volumes;
  private final Informer<StorageClass> classes;

  private PersistentVolumes(Informers informers) {
    claims = informers.of(ResourceType.PERSISTENT_VOLUME_CLAIMS, Claim.class);
    volumes = informers.of(ResourceType.PERSISTENT_VOLUMES, Volume.class);
    classes = informers.of(ResourceType.STORAGE_CLASSES, StorageClass.class);
  }

  public static List<Controller<?>> controllers(Informers informers) {
    PersistentVolumes self = new PersistentVolumes(informers);
    return List.of(
        new Controller<>(
            "persistentvolumeclaim",
            List.of(
                Trigger.itself(self.claims),
                Trigger.each(self.volumes, self::concerned),
                Trigger.each(self.classes, one -> self.ofClass(one.key().name()))),
            self::observeClaim,
            new ClaimReconciler()),
        new Controller<>(
            "persistentvolume",
            List.of(Trigger.itself(self.volumes), Trigger.each(self.claims, self::referring)),
            self::observeVolume,
            new VolumeReconciler()));
  }

  /** The claim it is for, or all that it may serve. */
  private Collection<ObjectKey> concerned(Cached<Volume> volume) {
    Reference holder = volume.value().spec().claimRef();
    return holder == null
        ? ofClass(volume.value().spec().storageClassName())
        : List.of(claim(holder));
  }

  private Collection<ObjectKey> ofClass(String name) {
    return claims.find(BY_CLASS, name).stream().map(Cached::key).toList();
  }

  private Collection<ObjectKey> referring(Cached<Claim> claim) {
    String named = claim.value().spec().volumeName();
    return named.isEmpty()
        ? List.of()
        : List.of(ObjectKey.cluster(ResourceType.PERSISTENT_VOLUMES, named));
  }

  private static ObjectKey claim(Reference holder) {
    return new ObjectKey(ResourceType.PERSISTENT_VOLUME_CLAIMS, holder.namespace(), holder.name());
  }

  private Optional<ClaimReconciler.View> observeClaim(ObjectKey key, Optional<Failure> refusal) {
    return claims.get(key).filter(c -> !c.value().metadata().isDeleting()).map(this::view);
  }

  private ClaimReconciler.View view(Cached<Claim> claim) {
    String named = claim.value().spec().volumeName();
    String its = claim.value().spec().className();
    boolean waits =
        classes
            .get(ObjectKey.cluster(ResourceType.STORAGE_CLASSES, its))
            .filter(one -> one.value().waitsForPod())
            .isPresent();
    return named.isEmpty()
        ? new ClaimReconciler.View(claim, waits, Optional.empty(), volumes.find(OF_CLASS, its))
        : new ClaimReconciler.View(
            claim,
            waits,
            volumes.get(ObjectKey.cluster(ResourceType.PERSISTENT_VOLUMES, named)),
            List.of());
  }

  private Optional<VolumeReconciler.View> observeVolume(ObjectKey key, Optional<Failure> refusal) {
    return volumes
        .get(key)
        .filter(volume -> !volume.value().metadata().isDeleting())
        .map(
            volume -> {
              Reference holder = volume.value().spec().claimRef();
              return new VolumeReconciler.View(
                  volume, holder == null ? Optional.empty() : claims.get(claim(holder)));
            });
  }
}

package dev.ballast.control.volume;

import dev.ballast.core.model.Absent;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.selector.LabelSelector;
import java.util.List;
import java.util.Map;

/** Volumes, claims and classes, as far as binding and phases go. */
final class VolumeViews {

  private VolumeViews() {}

  record Volume(ObjectMeta metadata, VolumeSpec spec, Status status) {
    Volume {
      status = status == null ? new Status("") : status;
    }

    boolean isFor(Claim claim) {
      Reference holder = spec.claimRef();
      return holder != null
          && holder.namespace().equals(claim.metadata().namespace())
          && holder.name().equals(claim.metadata().name())
          && (holder.uid().isEmpty() || holder.uid().equals(claim.metadata().uid()));
    }

    /** Nobody's yet, and all that the claim asks for. */
    boolean serves(Claim claim) {
      ClaimSpec asked = claim.spec();
      return (spec.claimRef() == null || isFor(claim))
          && !metadata.isDeleting()
          && spec.storageClassName().equals(asked.className())
          && spec.volumeMode().equals(asked.volumeMode())
          && spec.accessModes().containsAll(asked.accessModes())
          && (asked.selector() == null || asked.selector().matches(metadata.labels()))
          && size().compareTo(Quantity.parse(asked.storage())) >= 0;
    }

    Quantity size() {
      return Quantity.parse(spec.capacity().getOrDefault("storage", "0"));
    }
  }

  record VolumeSpec(
      Map<String, String> capacity,
      List<String> accessModes,
      String storageClassName,
      String volumeMode,
      Reference claimRef) {
    VolumeSpec {
      capacity = Absent.map(capacity);
      accessModes = Absent.list(accessModes);
      storageClassName = Absent.text(storageClassName);
      volumeMode = volumeMode == null ? "Filesystem" : volumeMode;
    }
  }

  record Reference(String namespace, String name, String uid) {
    Reference {
      namespace = Absent.text(namespace);
      name = Absent.text(name);
      uid = Absent.text(uid);
    }
  }

  record Status(String phase) {
    Status {
      phase = Absent.text(phase);
    }
  }

  record Claim(ObjectMeta metadata, ClaimSpec spec, Status status) {
    Claim {
      status = status == null ? new Status("") : status;
    }
  }

  record ClaimSpec(
      List<String> accessModes,
      Resources resources,
      String storageClassName,
      String volumeName,
      String volumeMode,
      LabelSelector selector) {
    ClaimSpec {
      accessModes = Absent.list(accessModes);
      volumeName = Absent.text(volumeName);
      volumeMode = volumeMode == null ? "Filesystem" : volumeMode;
    }

    String className() {
      return Absent.text(storageClassName);
    }

    String storage() {
      return resources == null ? "0" : resources.requests().getOrDefault("storage", "0");
    }
  }

  record Resources(Map<String, String> requests) {
    Resources {
      requests = Absent.map(requests);
    }
  }

  record StorageClass(ObjectMeta metadata, String volumeBindingMode) {
    boolean waitsForPod() {
      return "WaitForFirstConsumer".equals(volumeBindingMode);
    }
  }
}

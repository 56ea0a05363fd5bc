package dev.ballast.control.plan;

import dev.ballast.core.model.Absent;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.PodSpec.NodeSelector;
import dev.ballast.core.placement.NodeMatch;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.selector.LabelSelector;
import java.util.List;
import java.util.Map;

/** Volumes, claims and storage classes, as far as they say where a pod can run. */
final class StorageViews {

  private StorageViews() {}

  record Volume(ObjectMeta metadata, VolumeSpec spec) {

    boolean reachableFrom(Node node) {
      return spec.nodeAffinity() == null
          || spec.nodeAffinity().required() == null
          || NodeMatch.matches(spec.nodeAffinity().required(), node);
    }

    /** Free for the claim, and all that it asks for. */
    boolean serves(String key, Claim claim) {
      Reference holder = spec.claimRef();
      boolean free = holder == null || key.equals(holder.namespace() + "/" + holder.name());
      return free
          && !metadata.isDeleting()
          && spec.storageClassName().equals(claim.spec().className())
          && spec.volumeMode().equals(claim.spec().volumeMode())
          && spec.accessModes().containsAll(claim.spec().accessModes())
          && (claim.spec().selector() == null || claim.spec().selector().matches(metadata.labels()))
          && Quantity.parse(spec.capacity().getOrDefault("storage", "0"))
                  .compareTo(Quantity.parse(claim.spec().storage()))
              >= 0;
    }
  }

  record VolumeSpec(
      Map<String, String> capacity,
      List<String> accessModes,
      String storageClassName,
      String volumeMode,
      Affinity nodeAffinity,
      Reference claimRef) {
    VolumeSpec {
      capacity = Absent.map(capacity);
      accessModes = Absent.list(accessModes);
      storageClassName = Absent.text(storageClassName);
      volumeMode = volumeMode == null ? "Filesystem" : volumeMode;
    }
  }

  record Affinity(NodeSelector required) {}

  record Reference(String namespace, String name, String uid) {}

  record Claim(ObjectMeta metadata, ClaimSpec spec) {}

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

  record StorageClass(
      ObjectMeta metadata,
      String provisioner,
      String volumeBindingMode,
      List<Topology> allowedTopologies) {
    StorageClass {
      provisioner = Absent.text(provisioner);
      allowedTopologies = Absent.list(allowedTopologies);
    }

    boolean waitsForPod() {
      return "WaitForFirstConsumer".equals(volumeBindingMode);
    }

    /** Can a volume be made where the node reaches it? */
    boolean provisionsFor(Node node) {
      return !provisioner.isEmpty()
          && !provisioner.equals("kubernetes.io/no-provisioner")
          && (allowedTopologies.isEmpty()
              || allowedTopologies.stream().anyMatch(one -> one.includes(node)));
    }
  }

  record Topology(List<Requirement> matchLabelExpressions) {
    Topology {
      matchLabelExpressions = Absent.list(matchLabelExpressions);
    }

    boolean includes(Node node) {
      return matchLabelExpressions.stream()
          .allMatch(one -> one.values().contains(node.metadata().labels().get(one.key())));
    }
  }

  record Requirement(String key, List<String> values) {
    Requirement {
      values = Absent.list(values);
    }
  }
}

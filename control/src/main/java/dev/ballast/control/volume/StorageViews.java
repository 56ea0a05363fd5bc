package dev.ballast.control.volume;

import dev.ballast.core.model.Absent;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.PodSpec.NodeSelector;
import dev.ballast.core.placement.NodeMatch;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.selector.LabelSelector;
import java.util.List;
import java.util.Map;

/** Volumes, claims and storage classes, as far as binding, phases and placement go. */
public final class StorageViews {

  public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

  private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

  private StorageViews() {}

  public record Volume(ObjectMeta metadata, VolumeSpec spec, Status status) {
    public Volume {
      status = status == null ? new Status("") : status;
    }

    public boolean reachableFrom(Node node) {
      return spec.nodeAffinity() == null
          || spec.nodeAffinity().required() == null
          || NodeMatch.matches(spec.nodeAffinity().required(), node);
    }

    /** Does it refer to this claim, or is it kept for one of this name? */
    public boolean isFor(Claim claim) {
      Reference holder = spec.claimRef();
      return holder != null
          && holder.namespace().equals(claim.metadata().namespace())
          && holder.name().equals(claim.metadata().name())
          && (holder.uid().isEmpty() || holder.uid().equals(claim.metadata().uid()));
    }

    /** Nobody's yet, and all that the claim asks for. */
    public boolean serves(Claim claim) {
      ClaimSpec asked = claim.spec();
      return (spec.claimRef() == null || isFor(claim))
          && !metadata.isDeleting()
          && spec.storageClassName().equals(asked.className())
          && spec.volumeMode().equals(asked.volumeMode())
          && spec.accessModes().containsAll(asked.accessModes())
          && (asked.selector() == null || asked.selector().matches(metadata.labels()))
          && size().compareTo(asked.size()) >= 0;
    }

    /** Who made it, and is to take it away; "" where a person did. */
    public String provisioner() {
      return metadata.annotations().getOrDefault(PROVISIONED_BY, "");
    }

    public Quantity size() {
      return Quantity.parse(spec.capacity().getOrDefault("storage", "0"));
    }
  }

  public record VolumeSpec(
      Map<String, String> capacity,
      List<String> accessModes,
      String storageClassName,
      String volumeMode,
      String persistentVolumeReclaimPolicy,
      Affinity nodeAffinity,
      Reference claimRef) {
    public VolumeSpec {
      capacity = Absent.map(capacity);
      accessModes = Absent.list(accessModes);
      storageClassName = Absent.text(storageClassName);
      volumeMode = volumeMode == null ? "Filesystem" : volumeMode;
      persistentVolumeReclaimPolicy =
          persistentVolumeReclaimPolicy == null ? "Retain" : persistentVolumeReclaimPolicy;
    }
  }

  public record Affinity(NodeSelector required) {}

  public record Reference(String namespace, String name, String uid) {
    public Reference {
      namespace = Absent.text(namespace);
      name = Absent.text(name);
      uid = Absent.text(uid);
    }
  }

  public record Status(String phase) {
    public Status {
      phase = Absent.text(phase);
    }
  }

  public record Claim(ObjectMeta metadata, ClaimSpec spec, Status status) {
    public Claim {
      status = status == null ? new Status("") : status;
    }

    /** For one pod at a time ("Persistent Volumes", access modes). */
    public boolean isExclusive() {
      return spec.accessModes().contains("ReadWriteOncePod");
    }

    /** The node for whose pod a volume is to be made; "" where none is chosen yet. */
    public String selectedNode() {
      return metadata.annotations().getOrDefault(SELECTED_NODE, "");
    }
  }

  public record ClaimSpec(
      List<String> accessModes,
      Resources resources,
      String storageClassName,
      String volumeName,
      String volumeMode,
      LabelSelector selector) {
    public ClaimSpec {
      accessModes = Absent.list(accessModes);
      volumeName = Absent.text(volumeName);
      volumeMode = volumeMode == null ? "Filesystem" : volumeMode;
    }

    public String className() {
      return Absent.text(storageClassName);
    }

    public Quantity size() {
      return Quantity.parse(
          resources == null ? "0" : resources.requests().getOrDefault("storage", "0"));
    }
  }

  public record Resources(Map<String, String> requests) {
    public Resources {
      requests = Absent.map(requests);
    }
  }

  public record StorageClass(
      ObjectMeta metadata,
      String provisioner,
      String volumeBindingMode,
      List<Topology> allowedTopologies) {
    public StorageClass {
      provisioner = Absent.text(provisioner);
      allowedTopologies = Absent.list(allowedTopologies);
    }

    public boolean waitsForPod() {
      return "WaitForFirstConsumer".equals(volumeBindingMode);
    }

    /** Can a volume be made where the node reaches it? */
    public boolean provisionsFor(Node node) {
      return !provisioner.isEmpty()
          && !provisioner.equals("kubernetes.io/no-provisioner")
          && (allowedTopologies.isEmpty()
              || allowedTopologies.stream().anyMatch(one -> one.includes(node)));
    }
  }

  public record Topology(List<Requirement> matchLabelExpressions) {
    public Topology {
      matchLabelExpressions = Absent.list(matchLabelExpressions);
    }

    boolean includes(Node node) {
      return matchLabelExpressions.stream()
          .allMatch(one -> one.values().contains(node.metadata().labels().get(one.key())));
    }
  }

  public record Requirement(String key, List<String> values) {
    public Requirement {
      values = Absent.list(values);
    }
  }
}

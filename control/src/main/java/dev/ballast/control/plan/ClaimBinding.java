package dev.ballast.control.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.volume.StorageViews;
import dev.ballast.control.volume.StorageViews.Claim;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Binds the claims that wait for their first pod, in the commit that binds the pod: the claim and
 * the volume name each other. Where a volume is to be made the claim names the node for which, and
 * the pod waits until it is there. Pure but for reading the newest documents.
 */
final class ClaimBinding {

  private static final String COMPLETED = "pv.kubernetes.io/bind-completed";
  private static final String BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

  private final ResourceStore store;
  private final Volumes volumes;

  ClaimBinding(ResourceStore store, Volumes volumes) {
    this.store = store;
    this.volumes = volumes;
  }

  /**
   * What is to be written for a pod's claims.
   *
   * @param writes beside the pod's own; without it where it waits
   * @param waitsFor what has to happen before the pod can be bound; "" for nothing
   */
  record Beside(List<Write.Replace> writes, String waitsFor) {
    static final Beside NOTHING = new Beside(List.of(), "");
  }

  /** Empty when a claim or volume is not there any more. */
  Optional<Beside> of(PodShape shape, NodeState node) {
    Map<String, String> chosen = volumes.choose(shape, node.node().orElseThrow()).orElse(Map.of());
    List<Write.Replace> writes = new ArrayList<>();
    List<Write.Replace> selections = new ArrayList<>();
    String waitsFor = "";
    for (Map.Entry<String, String> one : chosen.entrySet()) {
      String[] name = one.getKey().split("/", 2);
      Document claim =
          store
              .get(new ObjectKey(ResourceType.PERSISTENT_VOLUME_CLAIMS, name[0], name[1]))
              .orElse(null);
      if (claim == null) {
        return Optional.empty();
      }
      if (one.getValue().isEmpty()) {
        waitsFor =
            "node(s) wait for %s to make a volume for claim \"%s\""
                .formatted(volumes.provisioner(one.getKey()), name[1]);
        String selected = claim.as(Claim.class).selectedNode();
        if (selected.isEmpty()) {
          selections.add(claim(claim, "", node.name()));
        } else if (!selected.equals(node.name())) {
          return Optional.empty();
        }
        continue;
      }
      Document volume =
          store
              .get(ObjectKey.cluster(ResourceType.PERSISTENT_VOLUMES, one.getValue()))
              .orElse(null);
      if (volume == null) {
        return Optional.empty();
      }
      writes.add(claim(claim, one.getValue(), node.name()));
      writes.add(volume(volume, claim));
    }
    if (!waitsFor.isEmpty()) {
      return Optional.of(new Beside(selections, waitsFor));
    }
    volumes.promise(chosen);
    return Optional.of(new Beside(writes, ""));
  }

  private static Write.Replace claim(Document claim, String volume, String node) {
    ObjectNode tree = claim.tree();
    ObjectNode annotations = tree.withObjectProperty("metadata").withObjectProperty("annotations");
    annotations.put(StorageViews.SELECTED_NODE, node);
    if (!volume.isEmpty()) {
      annotations.put(COMPLETED, "yes").put(BY_CONTROLLER, "yes");
      tree.withObjectProperty("spec").put("volumeName", volume);
    }
    return new Write.Replace(claim.key(), claim.revision(), "", Json.storable(tree));
  }

  private static Write.Replace volume(Document volume, Document claim) {
    ObjectNode tree = volume.tree();
    tree.withObjectProperty("spec")
        .putObject("claimRef")
        .put("apiVersion", "v1")
        .put("kind", "PersistentVolumeClaim")
        .put("namespace", claim.key().namespace())
        .put("name", claim.key().name())
        .put("uid", claim.tree().path("metadata").path("uid").asText());
    return new Write.Replace(volume.key(), volume.revision(), "", Json.storable(tree));
  }
}

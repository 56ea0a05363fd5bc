package dev.ballast.control.plan;

import dev.ballast.control.plan.StorageViews.Claim;
import dev.ballast.control.plan.StorageViews.StorageClass;
import dev.ballast.control.plan.StorageViews.Volume;
import dev.ballast.core.model.Node;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where pods with persistent volume claims can run (Kubernetes documentation: "Persistent Volumes",
 * "Storage Classes"). A bound claim binds its pods to where its volume can be reached; an unbound
 * one of a class that waits for its first consumer, to where a volume is free or can be made.
 *
 * <p>Belongs to a {@link ClusterSnapshot}, on that one's thread.
 */
public final class Volumes {

  private final Map<String, Volume> volumes = new TreeMap<>();
  private final Map<String, Claim> claims = new HashMap<>();
  private final Map<String, StorageClass> classes = new HashMap<>();
  private final Map<String, String> promised = new HashMap<>();
  private int version;
  private int documents;

  /** Changes with everything that may change an answer. */
  public int version() {
    return version;
  }

  /** Changes with every volume, claim and class that comes, changes or goes. */
  public int documents() {
    return documents;
  }

  /** Why the pod cannot run on the node, in kube-scheduler's words; empty when it can. */
  public Optional<String> refusal(PodShape shape, Node node) {
    for (String name : shape.claims()) {
      Optional<String> refusal = refusal(key(shape, name), name, node);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    // Two claims of one pod may each find the same volume and no other.
    return choose(shape, node).isEmpty()
        ? Optional.of("node(s) didn't find available persistent volumes to bind")
        : Optional.empty();
  }

  private Optional<String> refusal(String key, String name, Node node) {
    Claim claim = claims.get(key);
    if (claim == null) {
      return Optional.of("persistentvolumeclaim \"%s\" not found".formatted(name));
    }
    if (claim.metadata().isDeleting()) {
      return Optional.of("persistentvolumeclaim \"%s\" is being deleted".formatted(name));
    }
    String bound = volumeOf(key, claim);
    if (bound.isEmpty()) {
      StorageClass its = classes.get(claim.spec().className());
      return its != null && its.waitsForPod()
          ? Optional.empty()
          : Optional.of("pod has unbound immediate PersistentVolumeClaims");
    }
    Volume volume = volumes.get(bound);
    if (volume == null) {
      return Optional.of(
          "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");
    }
    return volume.reachableFrom(node)
        ? Optional.empty()
        : Optional.of("node(s) had volume node affinity conflict");
  }

  private String volumeOf(String key, Claim claim) {
    return claim.spec().volumeName().isEmpty()
        ? promised.getOrDefault(key, "")
        : claim.spec().volumeName();
  }

  /**
   * For each claim that is unbound yet ({@code namespace/name}) the volume it gets if the pod goes
   * to the node: the smallest that serves; "" where one is to be made. Empty when there is none.
   */
  public Optional<Map<String, String>> choose(PodShape shape, Node node) {
    Map<String, String> chosen = new LinkedHashMap<>();
    for (String name : shape.claims()) {
      String key = key(shape, name);
      Claim claim = claims.get(key);
      if (claim != null && volumeOf(key, claim).isEmpty()) {
        Optional<String> free =
            volumes.entrySet().stream()
                .filter(one -> !promised.containsValue(one.getKey()))
                .filter(one -> !chosen.containsValue(one.getKey()))
                .filter(one -> one.getValue().serves(key, claim))
                .filter(one -> one.getValue().reachableFrom(node))
                .min(Map.Entry.comparingByValue(Volumes::bySize))
                .map(Map.Entry::getKey);
        StorageClass its = classes.get(claim.spec().className());
        if (free.isEmpty() && (its == null || !its.provisionsFor(node))) {
          return Optional.empty();
        }
        chosen.put(key, free.orElse(""));
      }
    }
    return Optional.of(chosen);
  }

  private static int bySize(Volume one, Volume other) {
    return Quantity.parse(size(one)).compareTo(Quantity.parse(size(other)));
  }

  private static String size(Volume volume) {
    return volume.spec().capacity().getOrDefault("storage", "0");
  }

  /** Until {@link #forgetPromises} these volumes count as bound to these claims. */
  public void promise(Map<String, String> volumesByClaim) {
    volumesByClaim.forEach(
        (claim, volume) -> {
          if (!volume.isEmpty()) {
            promised.put(claim, volume);
            version++;
          }
        });
  }

  public void forgetPromises() {
    if (!promised.isEmpty()) {
      promised.clear();
      version++;
    }
  }

  static boolean isOne(ResourceType type) {
    return type.equals(ResourceType.PERSISTENT_VOLUMES)
        || type.equals(ResourceType.PERSISTENT_VOLUME_CLAIMS)
        || type.equals(ResourceType.STORAGE_CLASSES);
  }

  /** A volume, claim or class. */
  public void put(Document document) {
    ObjectKey key = document.key();
    version++;
    documents++;
    switch (key.type().plural()) {
      case "persistentvolumes" -> volumes.put(key.name(), document.as(Volume.class));
      case "persistentvolumeclaims" -> claims.put(key(key), document.as(Claim.class));
      default -> classes.put(key.name(), document.as(StorageClass.class));
    }
  }

  void remove(ObjectKey key) {
    version++;
    documents++;
    switch (key.type().plural()) {
      case "persistentvolumes" -> volumes.remove(key.name());
      case "persistentvolumeclaims" -> claims.remove(key(key));
      default -> classes.remove(key.name());
    }
  }

  void retain(Set<ObjectKey> keys) {
    version++;
    documents++;
    volumes
        .keySet()
        .removeIf(name -> !keys.contains(ObjectKey.cluster(ResourceType.PERSISTENT_VOLUMES, name)));
    classes
        .keySet()
        .removeIf(name -> !keys.contains(ObjectKey.cluster(ResourceType.STORAGE_CLASSES, name)));
    claims.values().removeIf(claim -> !keys.contains(claimKey(claim)));
  }

  private static ObjectKey claimKey(Claim claim) {
    return new ObjectKey(
        ResourceType.PERSISTENT_VOLUME_CLAIMS,
        claim.metadata().namespace(),
        claim.metadata().name());
  }

  private static String key(ObjectKey key) {
    return key.namespace() + "/" + key.name();
  }

  private static String key(PodShape shape, String claim) {
    return shape.identity().namespace() + "/" + claim;
  }
}

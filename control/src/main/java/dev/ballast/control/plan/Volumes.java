package dev.ballast.control.plan;

import dev.ballast.control.volume.StorageViews.Claim;
import dev.ballast.control.volume.StorageViews.StorageClass;
import dev.ballast.control.volume.StorageViews.Volume;
import dev.ballast.core.model.Node;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.Refusal;
import dev.ballast.core.placement.Refusal.Rule;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where pods with persistent volume claims can run (Kubernetes documentation: "Persistent Volumes",
 * "Storage Classes"). A bound claim binds its pods to where its volume can be reached; an unbound
 * one of a class that waits for its first consumer, to where a volume is free or can be made; one
 * that is for a single pod, to nowhere while another has it.
 *
 * <p>Belongs to a {@link ClusterSnapshot}, on that one's thread.
 */
public final class Volumes {

  private static final String IN_USE =
      "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";

  private final Map<String, Volume> volumes = new TreeMap<>();
  private final Map<String, Claim> claims = new HashMap<>();
  private final Map<String, StorageClass> classes = new HashMap<>();
  private final Map<String, String> promised = new HashMap<>();

  /** The volumes that are promised. */
  private final Set<String> taken = new HashSet<>();

  /** By claim, how many pods are there that use it. */
  private final Map<String, Integer> users = new HashMap<>();

  private int version;
  private int documents;
  private FreeVolumes free;
  private int freeAsOf;

  /** Changes with everything that may change an answer. */
  public int version() {
    return version;
  }

  /** Changes with every volume, claim and class that comes, changes or goes. */
  public int documents() {
    return documents;
  }

  /** Why the pod cannot run on the node; empty when it can. */
  public Optional<Refusal> refusal(PodShape shape, Node node) {
    for (String name : shape.claims()) {
      Optional<Refusal> refusal = refusal(key(shape, name), name, node);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    // Two claims of one pod may each find the same volume and no other.
    return choose(shape, node).isEmpty()
        ? unbound("node(s) didn't find available persistent volumes to bind")
        : Optional.empty();
  }

  private Optional<Refusal> refusal(String key, String name, Node node) {
    Claim claim = claims.get(key);
    if (claim == null) {
      return unbound("persistentvolumeclaim \"%s\" not found".formatted(name));
    }
    if (claim.metadata().isDeleting()) {
      return unbound("persistentvolumeclaim \"%s\" is being deleted".formatted(name));
    }
    if (claim.isExclusive() && users.containsKey(key)) {
      return Optional.of(new Refusal(Rule.VOLUME_RESTRICTIONS, IN_USE));
    }
    String bound = volumeOf(key, claim);
    if (bound.isEmpty()) {
      StorageClass its = classes.get(claim.spec().className());
      return its != null && its.waitsForPod()
          ? Optional.empty()
          : unbound("pod has unbound immediate PersistentVolumeClaims");
    }
    Volume volume = volumes.get(bound);
    if (volume == null) {
      return unbound("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");
    }
    return volume.reachableFrom(node)
        ? Optional.empty()
        : unbound("node(s) had volume node affinity conflict");
  }

  private static Optional<Refusal> unbound(String message) {
    return Optional.of(new Refusal(Rule.VOLUME_BINDING, message));
  }

  /**
   * So many more pods of the shape are on some node, or shown there. A claim that is {@code
   * ReadWriteOncePod} is for one at a time, wherever it is.
   */
  public void use(PodShape shape, int amount) {
    for (String name : shape.claims()) {
      String key = key(shape, name);
      users.merge(key, amount, (a, b) -> a + b == 0 ? null : a + b);
      Claim claim = claims.get(key);
      if (claim != null && claim.isExclusive()) {
        version++;
      }
    }
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
    for (String name : smallestFirst(shape)) {
      String key = key(shape, name);
      Claim claim = claims.get(key);
      if (claim != null && volumeOf(key, claim).isEmpty()) {
        Optional<String> free =
            free().smallest(claim, node, one -> taken.contains(one) || chosen.containsValue(one));
        if (free.isEmpty() && !isMadeFor(claim, node)) {
          return Optional.empty();
        }
        chosen.put(key, free.orElse(""));
      }
    }
    return Optional.of(chosen);
  }

  private FreeVolumes free() {
    if (free == null || freeAsOf != documents) {
      free = new FreeVolumes(volumes.values());
      freeAsOf = documents;
    }
    return free;
  }

  /** A volume that is being made already is made for one node. */
  private boolean isMadeFor(Claim claim, Node node) {
    StorageClass its = classes.get(claim.spec().className());
    String selected = claim.selectedNode();
    return its != null
        && its.provisionsFor(node)
        && (selected.isEmpty() || selected.equals(node.metadata().name()));
  }

  /** Who makes the volumes of the claim's class. */
  String provisioner(String key) {
    return classes.get(claims.get(key).spec().className()).provisioner();
  }

  /**
   * Its claims, the smallest first: it takes the smallest volume and leaves the rest the others.
   */
  private List<String> smallestFirst(PodShape shape) {
    return shape.claims().size() < 2
        ? shape.claims()
        : shape.claims().stream()
            .sorted(
                Comparator.comparing(
                    name -> {
                      Claim claim = claims.get(key(shape, name));
                      return claim == null ? Quantity.parse("0") : claim.spec().size();
                    }))
            .toList();
  }

  /** Until {@link #forgetPromises} these volumes count as bound to these claims. */
  public void promise(Map<String, String> volumesByClaim) {
    volumesByClaim.forEach(
        (claim, volume) -> {
          if (!volume.isEmpty()) {
            promised.put(claim, volume);
            taken.add(volume);
            version++;
          }
        });
  }

  public void forgetPromises() {
    if (!promised.isEmpty()) {
      promised.clear();
      taken.clear();
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

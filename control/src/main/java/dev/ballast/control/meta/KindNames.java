package dev.ballast.control.meta;

import dev.ballast.core.resource.ResourceType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How references spell a kind, and back. Immutable. */
public final class KindNames {

  /** {@code apiVersion} and {@code kind} as an object carries them. */
  public record KindName(String apiVersion, String kind) {

    /** The API group; "" for the core group. References match by group, not by version. */
    public String group() {
      int slash = apiVersion.indexOf('/');
      return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
  }

  private record GroupKind(String group, String kind) {}

  private final Map<ResourceType, KindName> names;
  private final Map<GroupKind, ResourceType> types = new HashMap<>();

  public KindNames(Map<ResourceType, KindName> names) {
    this.names = Map.copyOf(names);
    this.names.forEach((type, name) -> types.put(new GroupKind(name.group(), name.kind()), type));
  }

  public static final KindNames BUILT_IN =
      new KindNames(
          Map.ofEntries(
              entry(ResourceType.NAMESPACES, "v1", "Namespace"),
              entry(ResourceType.NODES, "v1", "Node"),
              entry(ResourceType.PODS, "v1", "Pod"),
              entry(ResourceType.SERVICES, "v1", "Service"),
              entry(ResourceType.ENDPOINTS, "v1", "Endpoints"),
              entry(ResourceType.CONFIG_MAPS, "v1", "ConfigMap"),
              entry(ResourceType.SECRETS, "v1", "Secret"),
              entry(ResourceType.SERVICE_ACCOUNTS, "v1", "ServiceAccount"),
              entry(ResourceType.EVENTS, "v1", "Event"),
              entry(ResourceType.DEPLOYMENTS, "apps/v1", "Deployment"),
              entry(ResourceType.REPLICA_SETS, "apps/v1", "ReplicaSet"),
              entry(ResourceType.JOBS, "batch/v1", "Job"),
              entry(ResourceType.POD_DISRUPTION_BUDGETS, "policy/v1", "PodDisruptionBudget"),
              entry(ResourceType.ENDPOINT_SLICES, "discovery.k8s.io/v1", "EndpointSlice"),
              entry(ResourceType.LEASES, "coordination.k8s.io/v1", "Lease"),
              entry(ResourceType.PRIORITY_CLASSES, "scheduling.k8s.io/v1", "PriorityClass")));

  private static Map.Entry<ResourceType, KindName> entry(
      ResourceType type, String apiVersion, String kind) {
    return Map.entry(type, new KindName(apiVersion, kind));
  }

  public Optional<KindName> of(ResourceType type) {
    return Optional.ofNullable(names.get(type));
  }

  /** The kind that a reference of any version means; empty when it is not served. */
  public Optional<ResourceType> type(String apiVersion, String kind) {
    KindName name = new KindName(apiVersion, kind);
    return Optional.ofNullable(types.get(new GroupKind(name.group(), kind)));
  }
}

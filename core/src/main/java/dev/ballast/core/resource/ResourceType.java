package dev.ballast.core.resource;

import java.util.Objects;

/**
 * A collection of objects: API group ("" for the core group) and plural resource name.
 *
 * <p>The version is not part of it: an object is stored once, whichever version a client asks for.
 */
public record ResourceType(String group, String plural) implements Comparable<ResourceType> {

  public static final ResourceType NAMESPACES = core("namespaces");
  public static final ResourceType NODES = core("nodes");
  public static final ResourceType PODS = core("pods");
  public static final ResourceType SERVICES = core("services");
  public static final ResourceType ENDPOINTS = core("endpoints");
  public static final ResourceType CONFIG_MAPS = core("configmaps");
  public static final ResourceType SECRETS = core("secrets");
  public static final ResourceType SERVICE_ACCOUNTS = core("serviceaccounts");
  public static final ResourceType EVENTS = core("events");
  public static final ResourceType DEPLOYMENTS = new ResourceType("apps", "deployments");
  public static final ResourceType REPLICA_SETS = new ResourceType("apps", "replicasets");
  public static final ResourceType JOBS = new ResourceType("batch", "jobs");
  public static final ResourceType POD_DISRUPTION_BUDGETS =
      new ResourceType("policy", "poddisruptionbudgets");
  public static final ResourceType ENDPOINT_SLICES =
      new ResourceType("discovery.k8s.io", "endpointslices");
  public static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");
  public static final ResourceType PERSISTENT_VOLUMES = core("persistentvolumes");
  public static final ResourceType PERSISTENT_VOLUME_CLAIMS = core("persistentvolumeclaims");
  public static final ResourceType STORAGE_CLASSES =
      new ResourceType("storage.k8s.io", "storageclasses");
  public static final ResourceType POD_GROUPS =
      new ResourceType("scheduling.x-k8s.io", "podgroups");
  public static final ResourceType SCHEDULING_PROFILES =
      new ResourceType("ballast.dev", "schedulingprofiles");
  public static final ResourceType PLACEMENT_REPORTS =
      new ResourceType("ballast.dev", "placementreports");
  public static final ResourceType PRIORITY_CLASSES =
      new ResourceType("scheduling.k8s.io", "priorityclasses");
  public static final ResourceType OPTIMIZERS = new ResourceType("ballast.dev", "optimizers");
  public static final ResourceType NODE_POOLS = new ResourceType("karpenter.sh", "nodepools");
  public static final ResourceType NODE_CLAIMS = new ResourceType("karpenter.sh", "nodeclaims");
  public static final ResourceType KWOK_NODE_CLASSES =
      new ResourceType("karpenter.kwok.sh", "kwoknodeclasses");

  public ResourceType {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(plural, "plural");
  }

  private static ResourceType core(String plural) {
    return new ResourceType("", plural);
  }

  @Override
  public int compareTo(ResourceType other) {
    int byGroup = group.compareTo(other.group);
    return byGroup != 0 ? byGroup : plural.compareTo(other.plural);
  }

  /** {@code deployments.apps}, or just the plural in the core group: the form people read. */
  @Override
  public String toString() {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}

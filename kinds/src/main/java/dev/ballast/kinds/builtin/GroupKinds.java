package dev.ballast.kinds.builtin;

import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.util.List;
import java.util.stream.Stream;

/** The kinds of the named API groups. */
final class GroupKinds {

  private final SchemaCatalog types;

  private GroupKinds(SchemaCatalog types) {
    this.types = types;
  }

  static List<Kind> all(SchemaCatalog types) {
    GroupKinds groups = new GroupKinds(types);
    return Stream.of(groups.workloads(), groups.infrastructure(), groups.reviews())
        .flatMap(kinds -> kinds)
        .map(KindBuilder::build)
        .toList();
  }

  private Stream<KindBuilder> workloads() {
    return Stream.of(
        kind("apps", "Deployment", "deployments")
            .shortNames("deploy")
            .inAll()
            .subresources("status", "scale")
            .columns(WorkloadColumns.DEPLOYMENT)
            .hooks(new DeploymentHooks()),
        kind("apps", "ReplicaSet", "replicasets")
            .shortNames("rs")
            .inAll()
            .subresources("status", "scale")
            .selectable("status.replicas")
            .columns(WorkloadColumns.REPLICA_SET)
            .hooks(new WorkloadHooks("replica set")),
        kind("batch", "Job", "jobs")
            .inAll()
            .subresources("status")
            .selectable("status.successful")
            .columns(WorkloadColumns.JOB)
            .hooks(new JobHooks()));
  }

  private Stream<KindBuilder> infrastructure() {
    return Stream.of(
        kind("policy", "PodDisruptionBudget", "poddisruptionbudgets")
            .shortNames("pdb")
            .subresources("status")
            .columns(ClusterColumns.DISRUPTION_BUDGET)
            .hooks(new DisruptionBudgetHooks()),
        kind("discovery.k8s.io", "EndpointSlice", "endpointslices")
            .columns(NetworkColumns.ENDPOINT_SLICE)
            .hooks(new EndpointSliceHooks()),
        kind("coordination.k8s.io", "Lease", "leases")
            .columns(ClusterColumns.LEASE)
            .hooks(new LeaseHooks()),
        kind("scheduling.k8s.io", "PriorityClass", "priorityclasses")
            .clusterScoped()
            .shortNames("pc")
            .columns(ClusterColumns.PRIORITY_CLASS)
            .hooks(new PriorityClassHooks()),
        kind("storage.k8s.io", "StorageClass", "storageclasses")
            .clusterScoped()
            .shortNames("sc")
            .columns(StorageColumns.CLASS),
        new KindBuilder(
                "scheduling.x-k8s.io",
                "v1alpha1",
                "PodGroup",
                "podgroups",
                types.type("scheduling.v1alpha1.PodGroup"))
            .shortNames("pg", "pgs")
            .subresources("status")
            .columns(StorageColumns.POD_GROUP),
        new KindBuilder(
                "ballast.dev", "v1", "Optimizer", "optimizers", types.type("ballast.v1.Optimizer"))
            .clusterScoped()
            .subresources("status")
            .columns(OptimizerColumns.ALL));
  }

  /** Asked by POST, answered at once, never stored. */
  private Stream<KindBuilder> reviews() {
    return Stream.of(
            kind("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews")
                .hooks(new ReviewHooks(true)),
            kind("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews")
                .hooks(new ReviewHooks(false)),
            kind("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews")
                .hooks(new ReviewHooks(false)))
        .map(review -> review.clusterScoped().verbs("create"));
  }

  private KindBuilder kind(String group, String kind, String plural) {
    String shortGroup = group.endsWith(".k8s.io") ? group.substring(0, group.indexOf('.')) : group;
    return new KindBuilder(group, "v1", kind, plural, types.type(shortGroup + ".v1." + kind));
  }
}

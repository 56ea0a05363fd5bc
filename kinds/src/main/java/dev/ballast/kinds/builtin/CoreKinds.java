package dev.ballast.kinds.builtin;

import dev.ballast.kinds.Kind;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.util.List;
import java.util.stream.Stream;

/** The kinds of the core group, v1. */
final class CoreKinds {

  private final SchemaCatalog types;

  private CoreKinds(SchemaCatalog types) {
    this.types = types;
  }

  static List<Kind> all(SchemaCatalog types) {
    CoreKinds core = new CoreKinds(types);
    return Stream.concat(core.cluster(), core.namespaced()).map(KindBuilder::build).toList();
  }

  private Stream<KindBuilder> cluster() {
    return Stream.of(
        kind("Namespace", "namespaces")
            .clusterScoped()
            .shortNames("ns")
            .verbs("create", "delete", "get", "list", "patch", "update", "watch")
            .subresources("status", "finalize")
            .selectable("status.phase")
            .columns(ClusterColumns.NAMESPACE)
            .hooks(new NamespaceHooks()),
        kind("Node", "nodes")
            .clusterScoped()
            .shortNames("no")
            .subresources("status", "proxy")
            .selectable("spec.unschedulable")
            .columns(ClusterColumns.NODE)
            .hooks(new NodeHooks()),
        kind("PersistentVolume", "persistentvolumes")
            .clusterScoped()
            .shortNames("pv")
            .subresources("status")
            .columns(StorageColumns.VOLUME)
            .hooks(new VolumeHooks(false)));
  }

  private Stream<KindBuilder> namespaced() {
    return Stream.of(
        kind("Pod", "pods")
            .shortNames("po")
            .inAll()
            .subresources(
                "status", "eviction", "binding", "log", "exec", "attach", "portforward", "proxy")
            .selectable(
                "spec.nodeName",
                "spec.restartPolicy",
                "spec.schedulerName",
                "spec.serviceAccountName",
                "spec.hostNetwork",
                "status.phase",
                "status.podIP",
                "status.nominatedNodeName")
            .columns(PodColumns.ALL)
            .hooks(new PodHooks()),
        kind("Service", "services")
            .shortNames("svc")
            .inAll()
            .subresources("status", "proxy")
            .selectable("spec.clusterIP", "spec.type")
            .columns(NetworkColumns.SERVICE)
            .hooks(new ServiceHooks()),
        kind("Endpoints", "endpoints")
            .shortNames("ep")
            .columns(NetworkColumns.ENDPOINTS)
            .hooks(new EndpointsHooks()),
        kind("PersistentVolumeClaim", "persistentvolumeclaims")
            .shortNames("pvc")
            .subresources("status")
            .columns(StorageColumns.CLAIM)
            .hooks(new VolumeHooks(true)),
        kind("ConfigMap", "configmaps")
            .shortNames("cm")
            .columns(ConfigColumns.CONFIG_MAP)
            .hooks(new ConfigHooks()),
        kind("Secret", "secrets")
            .selectable("type")
            .columns(ConfigColumns.SECRET)
            .hooks(new SecretHooks()),
        kind("ServiceAccount", "serviceaccounts")
            .shortNames("sa")
            .subresources("token")
            .columns(ConfigColumns.SERVICE_ACCOUNT),
        kind("Event", "events")
            .shortNames("ev")
            .selectable(
                "involvedObject.kind",
                "involvedObject.namespace",
                "involvedObject.name",
                "involvedObject.uid",
                "involvedObject.apiVersion",
                "involvedObject.resourceVersion",
                "involvedObject.fieldPath",
                "reason",
                "reportingComponent",
                "source",
                "type")
            .columns(EventColumns.ALL)
            .hooks(new EventHooks()));
  }

  private KindBuilder kind(String kind, String plural) {
    return new KindBuilder("", "v1", kind, plural, types.type("core.v1." + kind));
  }
}

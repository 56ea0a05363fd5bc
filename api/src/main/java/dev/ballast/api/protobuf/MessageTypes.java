package dev.ballast.api.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.schema.Schema;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Autoscaling;
import io.kubernetes.client.proto.V1Batch;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Discovery;
import io.kubernetes.client.proto.V1Policy;
import io.kubernetes.client.proto.V1Scheduling;
import io.kubernetes.client.proto.V1Storage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Finds the message and the schema of an apiVersion and kind. Immutable. */
final class MessageTypes {

  /** Kinds that are registered in every group, always with the same fields. */
  private static final Set<String> EVERYWHERE =
      Set.of("DeleteOptions", "Status", "WatchEvent", "ListOptions", "PatchOptions");

  /** API version to the file of its messages and the prefix of its schemas. */
  private static final Map<String, Group> GROUPS =
      Map.ofEntries(
          Map.entry("v1", new Group(V1::getDescriptor, "core.v1.")),
          Map.entry("apps/v1", new Group(V1Apps::getDescriptor, "apps.v1.")),
          Map.entry("batch/v1", new Group(V1Batch::getDescriptor, "batch.v1.")),
          Map.entry("policy/v1", new Group(V1Policy::getDescriptor, "policy.v1.")),
          // Only Eviction still comes in this version, and it has not changed since.
          Map.entry("policy/v1beta1", new Group(V1Policy::getDescriptor, "policy.v1.")),
          Map.entry("discovery.k8s.io/v1", new Group(V1Discovery::getDescriptor, "discovery.v1.")),
          Map.entry(
              "coordination.k8s.io/v1",
              new Group(V1Coordination::getDescriptor, "coordination.v1.")),
          Map.entry(
              "scheduling.k8s.io/v1", new Group(V1Scheduling::getDescriptor, "scheduling.v1.")),
          Map.entry("storage.k8s.io/v1", new Group(V1Storage::getDescriptor, "storage.v1.")),
          Map.entry(
              "authorization.k8s.io/v1",
              new Group(V1Authorization::getDescriptor, "authorization.v1.")),
          Map.entry(
              "authentication.k8s.io/v1",
              new Group(V1Authentication::getDescriptor, "authentication.v1.")),
          Map.entry("autoscaling/v1", new Group(V1Autoscaling::getDescriptor, "autoscaling.v1.")));

  /** The file is asked for late: loading the core messages takes a while and some megabytes. */
  private record Group(Supplier<FileDescriptor> file, String schemas) {}

  /** A message with the schema that names its fields. */
  record Type(Descriptor message, Schema schema) {}

  private final BuiltinKinds kinds;

  MessageTypes(BuiltinKinds kinds) {
    this.kinds = kinds;
  }

  Optional<Type> find(String apiVersion, String kind) {
    Group group =
        EVERYWHERE.contains(kind)
            ? new Group(Meta::getDescriptor, "meta.v1.")
            : GROUPS.get(apiVersion);
    Descriptor message = group == null ? null : group.file().get().findMessageTypeByName(kind);
    if (message == null) {
      return Optional.empty();
    }
    return kinds.types().find(group.schemas() + kind).map(schema -> new Type(message, schema));
  }
}

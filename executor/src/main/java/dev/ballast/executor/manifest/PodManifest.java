package dev.ballast.executor.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.PodRef;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.PodSpec.Toleration;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.executor.manifest.ContainerManifest.SecurityProfile;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A pod as the executor reads it.
 *
 * @param status the document's status as it is; the executor wrote most of it
 */
public record PodManifest(ObjectMeta metadata, Spec spec, ObjectNode status) {

  public PodManifest {
    status = status == null ? Json.object() : status;
  }

  public static PodManifest of(Document document) {
    return document.as(PodManifest.class);
  }

  public record Spec(
      String nodeName,
      String restartPolicy,
      Long terminationGracePeriodSeconds,
      Long activeDeadlineSeconds,
      String serviceAccountName,
      Boolean automountServiceAccountToken,
      Boolean enableServiceLinks,
      boolean hostNetwork,
      boolean hostPID,
      boolean hostIPC,
      Boolean shareProcessNamespace,
      String hostname,
      String subdomain,
      Boolean setHostnameAsFQDN,
      List<HostAlias> hostAliases,
      String dnsPolicy,
      DnsConfig dnsConfig,
      List<Named> imagePullSecrets,
      PodSecurity securityContext,
      List<ContainerManifest> initContainers,
      List<ContainerManifest> containers,
      List<VolumeManifest> volumes,
      List<ReadinessGate> readinessGates,
      Map<String, String> overhead,
      List<Toleration> tolerations) {

    public Spec {
      nodeName = Absent.text(nodeName);
      restartPolicy = restartPolicy == null ? "Always" : restartPolicy;
      serviceAccountName = Absent.text(serviceAccountName);
      hostname = Absent.text(hostname);
      subdomain = Absent.text(subdomain);
      hostAliases = Absent.list(hostAliases);
      dnsPolicy = dnsPolicy == null ? "ClusterFirst" : dnsPolicy;
      dnsConfig = dnsConfig == null ? new DnsConfig(null, null, null) : dnsConfig;
      imagePullSecrets = Absent.list(imagePullSecrets);
      securityContext = securityContext == null ? PodSecurity.NONE : securityContext;
      initContainers = Absent.list(initContainers);
      containers = Absent.list(containers);
      volumes = Absent.list(volumes);
      readinessGates = Absent.list(readinessGates);
      overhead = Absent.map(overhead);
      tolerations = Absent.list(tolerations);
    }

    /** Seconds that a container gets to stop; 30 unless the pod says otherwise. */
    public long graceSeconds() {
      return terminationGracePeriodSeconds == null ? 30 : terminationGracePeriodSeconds;
    }

    /** All containers, init containers first. */
    public List<ContainerManifest> allContainers() {
      return Stream.concat(initContainers.stream(), containers.stream()).toList();
    }
  }

  public record Named(String name) {
    public Named {
      name = Absent.text(name);
    }
  }

  public record HostAlias(String ip, List<String> hostnames) {
    public HostAlias {
      hostnames = Absent.list(hostnames);
    }
  }

  public record DnsConfig(List<String> nameservers, List<String> searches, List<Option> options) {
    public DnsConfig {
      nameservers = Absent.list(nameservers);
      searches = Absent.list(searches);
      options = Absent.list(options);
    }

    public record Option(String name, String value) {
      public String line() {
        return value == null || value.isEmpty() ? name : name + ":" + value;
      }
    }
  }

  public record ReadinessGate(String conditionType) {}

  public record Sysctl(String name, String value) {}

  /** Settings for all containers of the pod; a container's own go first. */
  public record PodSecurity(
      Long runAsUser,
      Long runAsGroup,
      Boolean runAsNonRoot,
      Long fsGroup,
      List<Long> supplementalGroups,
      List<Sysctl> sysctls,
      SecurityProfile seccompProfile,
      SecurityProfile appArmorProfile) {
    static final PodSecurity NONE = new PodSecurity(null, null, null, null, null, null, null, null);

    public PodSecurity {
      supplementalGroups = Absent.list(supplementalGroups);
      sysctls = Absent.list(sysctls);
    }
  }

  public PodRef ref() {
    return new PodRef(metadata.namespace(), metadata.name(), metadata.uid());
  }

  public ObjectKey key() {
    return new ObjectKey(ResourceType.PODS, metadata.namespace(), metadata.name());
  }

  public String uid() {
    return metadata.uid();
  }
}

package dev.ballast.core.model;

import dev.ballast.core.selector.LabelSelector;
import java.util.List;
import java.util.Map;

/** The fields of a pod's spec that placement and controllers read. */
public record PodSpec(
    String nodeName,
    String schedulerName,
    String restartPolicy,
    Integer priority,
    String priorityClassName,
    String preemptionPolicy,
    Map<String, String> nodeSelector,
    Affinity affinity,
    List<Toleration> tolerations,
    List<Container> initContainers,
    List<Container> containers,
    Map<String, String> overhead,
    List<SchedulingGate> schedulingGates,
    Long activeDeadlineSeconds,
    Long terminationGracePeriodSeconds,
    boolean hostNetwork,
    String hostname,
    String subdomain,
    List<SpreadConstraint> topologySpreadConstraints,
    List<Volume> volumes) {

  public PodSpec {
    hostname = Absent.text(hostname);
    subdomain = Absent.text(subdomain);
    nodeName = Absent.text(nodeName);
    schedulerName = Absent.text(schedulerName);
    restartPolicy = restartPolicy == null ? "Always" : restartPolicy;
    priorityClassName = Absent.text(priorityClassName);
    preemptionPolicy = Absent.text(preemptionPolicy);
    nodeSelector = Absent.map(nodeSelector);
    tolerations = Absent.list(tolerations);
    initContainers = Absent.list(initContainers);
    containers = Absent.list(containers);
    overhead = Absent.map(overhead);
    schedulingGates = Absent.list(schedulingGates);
    topologySpreadConstraints = Absent.list(topologySpreadConstraints);
    volumes = Absent.list(volumes);
  }

  public record SchedulingGate(String name) {}

  /** {@code restartPolicy} "Always" on an init container makes it a native sidecar. */
  public record Container(
      String name,
      String image,
      List<ContainerPort> ports,
      Resources resources,
      String restartPolicy) {
    public Container {
      image = Absent.text(image);
      ports = Absent.list(ports);
      resources = resources == null ? new Resources(null, null) : resources;
      restartPolicy = Absent.text(restartPolicy);
    }
  }

  /** {@code hostPort} 0 means none; {@code protocol} is TCP, UDP or SCTP. */
  public record ContainerPort(
      String name, int containerPort, int hostPort, String hostIP, String protocol) {
    public ContainerPort {
      name = Absent.text(name);
      hostIP = Absent.text(hostIP);
      protocol = protocol == null ? "TCP" : protocol;
    }
  }

  public record Resources(Map<String, String> requests, Map<String, String> limits) {
    public Resources {
      requests = Absent.map(requests);
      limits = Absent.map(limits);
    }
  }

  /** {@code operator} is Exists or Equal (the default); an empty key with Exists tolerates all. */
  public record Toleration(
      String key, String operator, String value, String effect, Long tolerationSeconds) {
    public Toleration {
      key = Absent.text(key);
      operator = operator == null || operator.isEmpty() ? "Equal" : operator;
      value = Absent.text(value);
      effect = Absent.text(effect);
    }

    /** As the Kubernetes documentation on taints defines it. */
    public boolean tolerates(Node.Taint taint) {
      return (effect.isEmpty() || effect.equals(taint.effect()))
          && (key.isEmpty() ? operator.equals("Exists") : key.equals(taint.key()))
          && (operator.equals("Exists") || value.equals(taint.value()));
    }
  }

  public record Affinity(
      NodeAffinity nodeAffinity, PodAffinity podAffinity, PodAffinity podAntiAffinity) {}

  /** Also the form of anti-affinity. */
  public record PodAffinity(
      List<PodAffinityTerm> requiredDuringSchedulingIgnoredDuringExecution,
      List<WeightedPodTerm> preferredDuringSchedulingIgnoredDuringExecution) {
    public PodAffinity {
      requiredDuringSchedulingIgnoredDuringExecution =
          Absent.list(requiredDuringSchedulingIgnoredDuringExecution);
      preferredDuringSchedulingIgnoredDuringExecution =
          Absent.list(preferredDuringSchedulingIgnoredDuringExecution);
    }
  }

  /** No {@code labelSelector} selects no pod; an empty {@code namespaceSelector} all namespaces. */
  public record PodAffinityTerm(
      LabelSelector labelSelector,
      List<String> namespaces,
      LabelSelector namespaceSelector,
      String topologyKey,
      List<String> matchLabelKeys,
      List<String> mismatchLabelKeys) {
    public PodAffinityTerm {
      namespaces = Absent.list(namespaces);
      topologyKey = Absent.text(topologyKey);
      matchLabelKeys = Absent.list(matchLabelKeys);
      mismatchLabelKeys = Absent.list(mismatchLabelKeys);
    }
  }

  public record WeightedPodTerm(int weight, PodAffinityTerm podAffinityTerm) {}

  /** {@code whenUnsatisfiable}: DoNotSchedule or ScheduleAnyway; policies: Honor or Ignore. */
  public record SpreadConstraint(
      int maxSkew,
      Integer minDomains,
      String topologyKey,
      String whenUnsatisfiable,
      LabelSelector labelSelector,
      List<String> matchLabelKeys,
      String nodeAffinityPolicy,
      String nodeTaintsPolicy) {
    public SpreadConstraint {
      topologyKey = Absent.text(topologyKey);
      whenUnsatisfiable = Absent.text(whenUnsatisfiable);
      matchLabelKeys = Absent.list(matchLabelKeys);
      nodeAffinityPolicy = nodeAffinityPolicy == null ? "Honor" : nodeAffinityPolicy;
      nodeTaintsPolicy = nodeTaintsPolicy == null ? "Ignore" : nodeTaintsPolicy;
    }
  }

  /** A volume, as far as it binds the pod to a place: by a claim, or by one made for the pod. */
  public record Volume(String name, ClaimSource persistentVolumeClaim, Ephemeral ephemeral) {
    public Volume {
      name = Absent.text(name);
    }
  }

  public record ClaimSource(String claimName) {
    public ClaimSource {
      claimName = Absent.text(claimName);
    }
  }

  /** The claim of such a volume is named {@code POD-VOLUME}. */
  public record Ephemeral() {}

  public record NodeAffinity(
      NodeSelector requiredDuringSchedulingIgnoredDuringExecution,
      List<PreferredTerm> preferredDuringSchedulingIgnoredDuringExecution) {
    public NodeAffinity {
      preferredDuringSchedulingIgnoredDuringExecution =
          Absent.list(preferredDuringSchedulingIgnoredDuringExecution);
    }
  }

  /** Terms are alternatives; within a term everything must hold. */
  public record NodeSelector(List<NodeSelectorTerm> nodeSelectorTerms) {
    public NodeSelector {
      nodeSelectorTerms = Absent.list(nodeSelectorTerms);
    }
  }

  public record PreferredTerm(int weight, NodeSelectorTerm preference) {}

  public record NodeSelectorTerm(
      List<NodeRequirement> matchExpressions, List<NodeRequirement> matchFields) {
    public NodeSelectorTerm {
      matchExpressions = Absent.list(matchExpressions);
      matchFields = Absent.list(matchFields);
    }
  }

  /** {@code operator}: In, NotIn, Exists, DoesNotExist, Gt, Lt. */
  public record NodeRequirement(String key, String operator, List<String> values) {
    public NodeRequirement {
      values = Absent.list(values);
    }
  }
}

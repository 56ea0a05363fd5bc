package dev.ballast.elasticpool.claim;

import dev.ballast.control.meta.Conditions;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.ObjectMeta;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A karpenter.sh/v1 NodeClaim: one machine that is wanted, and what became of it. */
public record NodeClaim(ObjectMeta metadata, Spec spec, Status status) {

  public NodeClaim {
    spec = spec == null ? new Spec(null, null, null, null, null, null, null) : spec;
    status = status == null ? new Status(null, null, null, null) : status;
  }

  public record Spec(
      NodeClassRef nodeClassRef,
      List<Requirement> requirements,
      List<Node.Taint> taints,
      List<Node.Taint> startupTaints,
      Resources resources,
      String terminationGracePeriod,
      String expireAfter) {
    public Spec {
      nodeClassRef = nodeClassRef == null ? new NodeClassRef(null, null, null) : nodeClassRef;
      requirements = Absent.list(requirements);
      taints = Absent.list(taints);
      startupTaints = Absent.list(startupTaints);
      resources = resources == null ? new Resources(null) : resources;
      terminationGracePeriod = Absent.text(terminationGracePeriod);
      expireAfter = Absent.text(expireAfter);
    }
  }

  public record Requirement(String key, String operator, List<String> values) {
    public Requirement {
      key = Absent.text(key);
      operator = Absent.text(operator);
      values = Absent.list(values);
    }
  }

  public record Resources(Map<String, String> requests) {
    public Resources {
      requests = Absent.map(requests);
    }
  }

  /**
   * @param providerID the machine; "" until there is one. Never changes after that
   */
  public record Status(
      String providerID,
      String nodeName,
      Map<String, String> capacity,
      List<Condition> conditions) {
    public Status {
      providerID = Absent.text(providerID);
      nodeName = Absent.text(nodeName);
      capacity = Absent.map(capacity);
      conditions = Absent.list(conditions);
    }
  }

  public boolean isLaunched() {
    return !status.providerID().isEmpty();
  }

  /** Its machine is ended, or has been found to be gone. */
  public boolean isEnded() {
    return is(Karpenter.TERMINATING);
  }

  boolean is(String condition) {
    return Conditions.isTrue(status.conditions(), condition);
  }

  boolean hasFinalizer() {
    return metadata.finalizers().contains(Karpenter.FINALIZER);
  }

  /** What its node is labelled with: the claim's labels, and what it asks for without a choice. */
  public Map<String, String> nodeLabels() {
    Map<String, String> labels = new HashMap<>(metadata.labels());
    for (Requirement one : spec.requirements()) {
      if (one.operator().equals("In") && one.values().size() == 1) {
        labels.putIfAbsent(one.key(), one.values().getFirst());
      }
    }
    return labels;
  }
}

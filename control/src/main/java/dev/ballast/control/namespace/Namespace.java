package dev.ballast.control.namespace;

import dev.ballast.core.model.Absent;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.ObjectMeta;
import java.util.List;

/** A v1 Namespace, as its life cycle sees it. */
public record Namespace(ObjectMeta metadata, Spec spec, Status status) {

  static final String FINALIZER = "kubernetes";

  public Namespace {
    spec = spec == null ? new Spec(null) : spec;
    status = status == null ? new Status(null, null) : status;
  }

  public record Spec(List<String> finalizers) {
    public Spec {
      finalizers = Absent.list(finalizers);
    }
  }

  public record Status(String phase, List<Condition> conditions) {
    public Status {
      phase = Absent.text(phase);
      conditions = Absent.list(conditions);
    }
  }
}

package dev.ballast.core.model;

import java.util.List;
import java.util.Optional;

/**
 * A pod, as controllers and the planner see it; the executor reads more from the document itself.
 */
public record Pod(ObjectMeta metadata, PodSpec spec, Status status) {

  public Pod {
    status =
        status == null ? new Status(null, null, null, null, null, null, null, null, null) : status;
  }

  /** {@code phase}: Pending, Running, Succeeded, Failed or Unknown. */
  public record Status(
      String phase,
      List<Condition> conditions,
      String reason,
      String message,
      String podIP,
      String startTime,
      List<ContainerStatus> initContainerStatuses,
      List<ContainerStatus> containerStatuses,
      String nominatedNodeName) {
    public Status {
      phase = phase == null || phase.isEmpty() ? "Pending" : phase;
      conditions = Absent.list(conditions);
      reason = Absent.text(reason);
      message = Absent.text(message);
      podIP = Absent.text(podIP);
      startTime = Absent.text(startTime);
      initContainerStatuses = Absent.list(initContainerStatuses);
      containerStatuses = Absent.list(containerStatuses);
      nominatedNodeName = Absent.text(nominatedNodeName);
    }
  }

  public record ContainerStatus(String name, boolean ready, int restartCount, State state) {
    public ContainerStatus {
      state = state == null ? new State(null) : state;
    }
  }

  public record State(Terminated terminated) {}

  public record Terminated(int exitCode, String reason, String finishedAt) {
    public Terminated {
      reason = Absent.text(reason);
      finishedAt = Absent.text(finishedAt);
    }
  }

  public Optional<Condition> condition(String type) {
    return status.conditions().stream().filter(c -> c.type().equals(type)).findFirst();
  }

  public boolean isReady() {
    return condition("Ready").map(Condition::isTrue).orElse(false);
  }

  /** Succeeded or Failed: it uses no capacity any more and never runs again. */
  public boolean isTerminal() {
    return status.phase().equals("Succeeded") || status.phase().equals("Failed");
  }

  public boolean isBound() {
    return !spec.nodeName().isEmpty();
  }
}

package dev.ballast.core.model;

/** One entry of status.conditions. {@code status} is True, False or Unknown. */
public record Condition(
    String type,
    String status,
    String reason,
    String message,
    String lastTransitionTime,
    String lastHeartbeatTime,
    String lastUpdateTime) {
  public Condition {
    type = Absent.text(type);
    status = Absent.text(status);
    reason = Absent.text(reason);
    message = Absent.text(message);
    lastTransitionTime = Absent.text(lastTransitionTime);
    lastHeartbeatTime = Absent.text(lastHeartbeatTime);
    lastUpdateTime = Absent.text(lastUpdateTime);
  }

  public boolean isTrue() {
    return status.equals("True");
  }
}

package dev.ballast.executor.pod;

import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.OffsetDateTime;

/** The executor's decision about one pod. Pure. */
public final class PodSync {

  private static final String DEADLINE =
      "Pod was active on the node longer than the specified deadline";

  private PodSync() {}

  public static PodPlan decide(PodSnapshot snapshot, Now now) {
    PlanBuilder plan = new PlanBuilder();
    PodView view = new PodView(snapshot.pod(), snapshot.instances());
    if (snapshot.mustGo()) {
      Ending.terminate(snapshot, view, now, plan);
    } else if (snapshot.isSettled()) {
      Ending.settle(snapshot, view, snapshot.pod().spec().graceSeconds(), plan);
    } else if (deadlineExceeded(snapshot, now, plan)) {
      plan.verdict("DeadlineExceeded", DEADLINE);
      plan.add(new PodAction.Tell(EventType.NORMAL, "DeadlineExceeded", DEADLINE));
      Ending.settle(snapshot, view, snapshot.pod().spec().graceSeconds(), plan);
    } else if (snapshot.eviction().isPresent()) {
      refuse("Evicted", snapshot.eviction().get(), snapshot, view, plan);
    } else if (Sysctls.forbidden(snapshot.pod()).isPresent()) {
      refuse("SysctlForbidden", Sysctls.forbidden(snapshot.pod()).get(), snapshot, view, plan);
    } else {
      new Running(snapshot, view, now, plan).decide();
    }
    return plan.build();
  }

  /** The pod fails as a whole, at once. */
  private static void refuse(
      String reason, String message, PodSnapshot snapshot, PodView view, PlanBuilder plan) {
    plan.verdict(reason, message);
    plan.warn(reason, message);
    Ending.settle(snapshot, view, 0, plan);
  }

  private static boolean deadlineExceeded(PodSnapshot snapshot, Now now, PlanBuilder plan) {
    Long deadline = snapshot.pod().spec().activeDeadlineSeconds();
    String start = snapshot.pod().status().path("startTime").asText("");
    if (deadline == null || start.isEmpty()) {
      return false;
    }
    Duration active = Duration.between(OffsetDateTime.parse(start).toInstant(), now.wall());
    Duration left = Duration.ofSeconds(deadline).minus(active);
    if (left.isPositive()) {
      plan.checkAgain(left);
      return false;
    }
    return true;
  }
}

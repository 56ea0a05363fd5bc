package dev.ballast.executor.pod;

import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.OffsetDateTime;

/** The executor's decision about one pod. Pure. */
public final class PodSync {

  private PodSync() {}

  public static PodPlan decide(PodSnapshot snapshot, Now now) {
    PlanBuilder plan = new PlanBuilder();
    PodView view = new PodView(snapshot.pod(), snapshot.instances());
    if (snapshot.mustGo()) {
      Ending.terminate(snapshot, view, now, plan);
    } else if (snapshot.isSettled()) {
      Ending.settle(snapshot, view, plan);
    } else if (deadlineExceeded(snapshot, now, plan)) {
      plan.verdict(
          "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
      Ending.settle(snapshot, view, plan);
    } else {
      new Running(snapshot, view, now, plan).decide();
    }
    return plan.build();
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

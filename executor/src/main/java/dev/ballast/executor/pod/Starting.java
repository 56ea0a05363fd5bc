package dev.ballast.executor.pod;

import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.time.Now;
import dev.ballast.executor.manifest.ContainerManifest;
import java.time.Duration;

/** Starts an instance, or says what it waits for. Lives within one decision. */
final class Starting {

  /** How long a failed pull shows as such before it shows as being backed off. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  /** A volume often waits for an object that is about to be made, as in a new namespace. */
  private static final Duration MOUNT_RETRY = Duration.ofSeconds(1);

  private final PodSnapshot snapshot;
  private final Now now;
  private final PlanBuilder plan;

  Starting(PodSnapshot snapshot, Now now, PlanBuilder plan) {
    this.snapshot = snapshot;
    this.now = now;
    this.plan = plan;
  }

  /** A first instance. */
  void start(ContainerManifest container, int attempt) {
    if (!mustWait(container.name()) && imageReady(container, attempt)) {
      plan.add(new PodAction.Start(container, attempt));
    }
  }

  /** Creates a first instance ahead of its start, if that needs no pull. */
  void prepare(ContainerManifest container) {
    boolean present =
        snapshot.images().get(container.name()) instanceof ImageView.Present
            && !container.imagePullPolicy().equals("Always");
    if (present && !mustWait(container.name())) {
      plan.add(new PodAction.Prepare(container, 0));
    }
  }

  /** The agent died between create and start: the same name again, so it cannot run twice. */
  void resume(ContainerManifest container, ContainerState created, boolean current) {
    if (mustWait(container.name())) {
      return;
    }
    if (current) {
      plan.add(new PodAction.Start(container, created.attempt()));
    } else {
      plan.add(new PodAction.Remove(created));
      start(container, created.attempt() + 1);
    }
  }

  void restart(ContainerManifest container, ContainerState exited) {
    Backoff backoff = snapshot.restarts().getOrDefault(container.name(), Backoff.NONE);
    Duration remaining = backoff.remaining(exited.finishedAt(), now);
    if (remaining.isPositive()) {
      plan.waiting(
          container.name(),
          "CrashLoopBackOff",
          "back-off "
              + backoff.text()
              + " restarting failed container="
              + container.name()
              + " pod="
              + snapshot.pod().metadata().name()
              + "_"
              + snapshot.pod().metadata().namespace()
              + "("
              + snapshot.pod().uid()
              + ")");
      plan.warn(
          "BackOff",
          "Back-off restarting failed container "
              + container.name()
              + " in pod "
              + snapshot.pod().metadata().name()
              + "_"
              + snapshot.pod().metadata().namespace()
              + "("
              + snapshot.pod().uid()
              + ")");
      plan.checkAgain(remaining);
      return;
    }
    start(container, exited.attempt() + 1);
  }

  /** True while an earlier failure is too fresh to try again. */
  boolean mustWait(String name) {
    Problem problem = snapshot.problems().get(name);
    if (problem == null) {
      return false;
    }
    Duration retry = problem.reason().equals("FailedMount") ? MOUNT_RETRY : Running.RETRY;
    Duration left = retry.minus(Duration.between(problem.at(), now.wall()));
    if (!left.isPositive()) {
      return false;
    }
    if (!name.isEmpty()) {
      plan.waiting(name, problem.reason(), problem.message());
    }
    plan.checkAgain(left);
    return true;
  }

  private boolean imageReady(ContainerManifest container, int attempt) {
    ImageView image = snapshot.images().getOrDefault(container.name(), new ImageView.Absent());
    return switch (container.imagePullPolicy()) {
      case "Never" -> image instanceof ImageView.Present || neverPull(container);
      case "Always" ->
          image instanceof ImageView.Present present && present.pulledFor() >= attempt
              || !pull(container, attempt, image);
      default ->
          image instanceof ImageView.Present
              || image instanceof ImageView.Failed failed && failed.present()
              || !pull(container, attempt, image);
    };
  }

  private boolean neverPull(ContainerManifest container) {
    String message =
        "Container image \"" + container.image() + "\" is not present with pull policy of Never";
    plan.waiting(container.name(), "ErrImageNeverPull", message);
    plan.warn("ErrImageNeverPull", message);
    plan.warn("Failed", "Error: ErrImageNeverPull");
    plan.checkAgain(Backoff.INITIAL);
    return false;
  }

  /** Begins a pull or waits for one; true, because the container cannot start in this round. */
  private boolean pull(ContainerManifest container, int attempt, ImageView image) {
    if (image instanceof ImageView.Pulling) {
      return true;
    }
    if (image instanceof ImageView.Failed failed) {
      Duration remaining = failed.backoff().remaining(failed.at(), now);
      if (remaining.isPositive()) {
        waitForPull(container, failed, remaining);
        return true;
      }
    }
    plan.add(new PodAction.Pull(container, attempt));
    return true;
  }

  private void waitForPull(
      ContainerManifest container, ImageView.Failed failed, Duration remaining) {
    Duration fresh = FRESH.minus(Duration.between(failed.at(), now.wall()));
    if (fresh.isPositive() || failed.reason().equals("InvalidImageName")) {
      plan.waiting(container.name(), failed.reason(), failed.message());
      plan.checkAgain(fresh.isPositive() ? fresh : remaining);
      return;
    }
    String message = "Back-off pulling image \"" + container.image() + "\"";
    plan.waiting(
        container.name(),
        "ImagePullBackOff",
        message + ": " + failed.reason() + ": " + failed.message());
    plan.add(new PodAction.Tell(EventType.NORMAL, "BackOff", message));
    plan.warn("Failed", "Error: ImagePullBackOff");
    plan.checkAgain(remaining);
  }
}

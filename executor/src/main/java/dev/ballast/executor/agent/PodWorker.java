package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.resource.Document;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.pod.PodAction;
import dev.ballast.executor.pod.PodPlan;
import dev.ballast.executor.pod.PodSnapshot;
import dev.ballast.executor.pod.PodStatus;
import dev.ballast.executor.pod.PodSync;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after one pod: observes, decides, writes the status, acts, and looks again. All of it runs
 * on one task at a time, so actions of one pod never overlap; pods do not wait for each other.
 */
final class PodWorker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration REFRESH = Duration.ofSeconds(60);
  private static final int ROUNDS = 50;

  private final Context context;
  private final Runnable finished;
  private final PodMemory memory = new PodMemory();
  private final Coalesced task;
  private final StatusWriter status;
  private final Performer performer;
  private final Observer observer;
  private volatile PodManifest pod;
  private volatile boolean wanted;
  private volatile boolean closed;
  private Timers.Scheduled next = () -> {};
  private Now refreshed;

  /** The pod has ended by its object, and nothing of it runs. */
  private boolean over;

  /** A change of the pod brings its volumes up to date at once, as with the kubelet. */
  private volatile boolean refreshDue;

  /**
   * @param wanted false for containers whose pod is gone
   * @param finished told when nothing of the pod is left here
   */
  PodWorker(Context context, PodManifest pod, boolean wanted, Runnable finished) {
    this.context = context;
    this.pod = pod;
    this.wanted = wanted;
    this.finished = finished;
    this.task = new Coalesced(context.timers(), this::run);
    this.status =
        new StatusWriter(
            context.store(), context.timers(), context.telemetry(), pod.key(), pod.uid());
    this.performer = new Performer(context, memory, task::wake);
    this.observer = new Observer(context, memory, task::wake);
    this.refreshed = context.timers().now();
  }

  PodManifest pod() {
    return pod;
  }

  /** A newer version of the pod's object. Its own status coming back wakes nobody. */
  void update(Document document) {
    status.saw(document);
    PodManifest before = pod;
    pod = PodManifest.of(document);
    boolean edited =
        !before.spec().equals(pod.spec())
            || !before.metadata().labels().equals(pod.metadata().labels())
            || !before.metadata().annotations().equals(pod.metadata().annotations());
    refreshDue |= edited;
    boolean same =
        !edited
            && before.metadata().isDeleting() == pod.metadata().isDeleting()
            && java.util.Objects.equals(
                before.metadata().deletionGracePeriodSeconds(),
                pod.metadata().deletionGracePeriodSeconds())
            && status.isOwn(pod.status());
    if (!same) {
      task.wake();
    }
  }

  /** The pod's object is gone. */
  void gone() {
    wanted = false;
    task.wake();
  }

  void wake() {
    task.wake();
  }

  private void run() {
    if (closed) {
      return;
    }
    next.cancel();
    try {
      Now begun = context.timers().now();
      Optional<Duration> checkAgain = rounds();
      context
          .telemetry()
          .time("kubelet_pod_worker_duration_seconds", context.timers().now().since(begun));
      if (!closed) {
        files();
        Duration after = checkAgain.filter(d -> d.compareTo(REFRESH) < 0).orElse(REFRESH);
        next = context.timers().schedule(after.plusMillis(20), task::wake);
      }
    } catch (RuntimeUnavailableException | StoreUnavailableException e) {
      LOG.info("pod {} waits: {}", pod.ref(), e.getMessage());
      next = context.timers().schedule(RETRY, task::wake);
    } catch (RuntimeException e) {
      if (closed) {
        LOG.debug("pod {}: the agent closed meanwhile", pod.ref(), e);
        return;
      }
      context.telemetry().count("kubelet_pod_worker_errors_total", 1);
      LOG.error("pod {}: unexpected failure, trying again", pod.ref(), e);
      next = context.timers().schedule(RETRY.multipliedBy(5), task::wake);
    }
  }

  private Optional<Duration> rounds() {
    for (int i = 0; i < ROUNDS; i++) {
      Now now = context.timers().now();
      PodSnapshot snapshot = observer.observe(pod, wanted, now);
      PodPlan plan = PodSync.decide(snapshot, now);
      over =
          snapshot.isSettled()
              && snapshot.instances().stream().noneMatch(ContainerState::isRunning);
      writeStatus(snapshot, plan, now);
      boolean acted = false;
      for (PodAction action : plan.actions()) {
        if (action instanceof PodAction.Finish) {
          finish();
          return Optional.empty();
        }
        acted |= !(action instanceof PodAction.Tell);
        if (!performer.perform(pod, snapshot, action)) {
          break;
        }
      }
      if (!acted || closed) {
        return plan.checkAgain();
      }
    }
    return Optional.of(RETRY);
  }

  private void writeStatus(PodSnapshot snapshot, PodPlan plan, Now now) {
    if (wanted) {
      PodStatus.Host host = new PodStatus.Host(context.hostAddress(), context.machine().name());
      ObjectNode desired = PodStatus.of(snapshot, plan, host, memory.messages, now);
      status.want(desired);
    }
  }

  /** Its last status must be in the store before the object may go: jobs read exit codes. */
  private void finish() {
    boolean last = wanted;
    if (last && !status.write()) {
      throw new StoreUnavailableException("the last status of " + pod.ref() + " is not written");
    }
    context.files().remove(pod.uid());
    if (last) {
      performer.deleteObject(pod);
    }
    if (!last || !context.store().get(pod.key()).map(d -> isThis(d)).orElse(false)) {
      close();
      finished.run();
    }
  }

  private boolean isThis(Document document) {
    return document.tree().path("metadata").path("uid").asText().equals(pod.uid());
  }

  /** Volumes are kept up to date while something may use them, and no longer, as by the kubelet. */
  private void files() {
    if (over) {
      context.files().removeVolumes(pod.uid());
    } else {
      refreshFiles();
    }
  }

  private void refreshFiles() {
    Now now = context.timers().now();
    if (wanted
        && (refreshDue || now.since(refreshed).compareTo(REFRESH) >= 0)
        && context.files().refreshes(pod)
        && !pod.metadata().isDeleting()) {
      refreshed = now;
      refreshDue = false;
      try {
        context.files().prepare(pod, context.facts().apply(pod, observer.address()));
      } catch (AssemblyException e) {
        LOG.info("volumes of {} were not refreshed: {}", pod.ref(), e.getMessage());
      }
    }
  }

  /** Ends the worker without touching the pod's containers. */
  @Override
  public void close() {
    closed = true;
    next.cancel();
    observer.close();
  }
}

package dev.ballast.control.job;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Trigger;
import dev.ballast.control.workload.Pods;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The Job controller: what wakes it and what it sees. */
public final class Jobs {

  /** Pods by namespace and name of the Job that controls them, whichever Job of that name. */
  private static final Index<Pod> BY_JOB =
      new Index<>(
          "job",
          pod -> owner(pod).map(o -> pod.key().namespace() + "/" + o.name()).stream().toList());

  private static final Index<Job> BY_NAMESPACE =
      new Index<>("namespace", job -> List.of(job.key().namespace()));

  private final Informer<Job> jobs;
  private final Informer<Pod> pods;

  private Jobs(Informers informers) {
    jobs = informers.of(ResourceType.JOBS, Job.class);
    pods = informers.of(ResourceType.PODS, Pod.class);
  }

  public static Controller<?> controller(Informers informers) {
    Jobs self = new Jobs(informers);
    return new Controller<>(
        "job",
        List.of(Trigger.itself(self.jobs), Trigger.each(self.pods, self::concerned)),
        self::observe,
        new JobReconciler());
  }

  private static Optional<OwnerReference> owner(Cached<Pod> pod) {
    return pod.value().metadata().controller().filter(owner -> owner.kind().equals("Job"));
  }

  private Collection<ObjectKey> concerned(Cached<Pod> pod) {
    String namespace = pod.key().namespace();
    Optional<OwnerReference> owner = owner(pod);
    if (owner.isPresent()) {
      return List.of(new ObjectKey(ResourceType.JOBS, namespace, owner.get().name()));
    }
    if (pod.value().metadata().controller().isPresent()) {
      return List.of();
    }
    return jobs.find(BY_NAMESPACE, namespace).stream()
        .filter(
            job ->
                job.value().spec().selector() != null
                    && job.value().spec().selector().matches(pod.value().metadata().labels()))
        .map(Cached::key)
        .toList();
  }

  private Optional<JobView> observe(ObjectKey key, Optional<Failure> refusal) {
    List<Cached<Pod>> found =
        new ArrayList<>(pods.find(BY_JOB, key.namespace() + "/" + key.name()));
    Optional<Cached<Job>> job = jobs.get(key);
    if (job.isEmpty() && found.isEmpty()) {
      return Optional.empty();
    }
    if (job.isPresent()) {
      found.addAll(pods.find(Pods.ORPHANS, key.namespace()));
    }
    return Optional.of(new JobView(job, found));
  }
}

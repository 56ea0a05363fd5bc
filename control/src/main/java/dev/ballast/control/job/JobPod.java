package dev.ballast.control.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Owners;
import dev.ballast.control.workload.Templates;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;

/**
 * A Job's pod: how it is made, what its marks say. The tracking finalizer means "not counted yet".
 * Pure.
 */
final class JobPod {

  static final String TRACKING = "batch.kubernetes.io/job-tracking";
  static final String INDEX = "batch.kubernetes.io/job-completion-index";
  static final String INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";

  private JobPod() {}

  static boolean isTracked(Pod pod) {
    return pod.metadata().finalizers().contains(TRACKING);
  }

  /** The completion index, -1 where there is none. */
  static int index(Pod pod) {
    return number(pod, INDEX, -1);
  }

  /** How many pods of its index failed before it. */
  static int indexFailures(Pod pod) {
    return number(pod, INDEX_FAILURES, 0);
  }

  private static int number(Pod pod, String annotation, int absent) {
    try {
      return Integer.parseInt(pod.metadata().annotations().getOrDefault(annotation, "" + absent));
    } catch (NumberFormatException e) {
      return absent;
    }
  }

  /** A merge patch that takes the tracking finalizer off. */
  static Action.Patch untrack(Cached<Pod> pod) {
    ObjectNode patch = Json.object();
    ArrayNode finalizers = patch.putObject("metadata").putArray("finalizers");
    pod.value().metadata().finalizers().stream()
        .filter(finalizer -> !finalizer.equals(TRACKING))
        .forEach(finalizers::add);
    return new Action.Patch(pod.key(), pod.revision(), "", patch);
  }

  static Action create(Cached<Job> job) {
    ObjectNode pod = pod(job, job.key().name() + "-");
    return new Action.Create(new ObjectKey(ResourceType.PODS, job.key().namespace(), ""), pod);
  }

  /**
   * @param failures of pods of this index before; -1 when the Job does not limit them
   */
  static Action create(Cached<Job> job, int index, int failures) {
    ObjectNode pod = pod(job, job.key().name() + "-" + index + "-");
    ObjectNode metadata = pod.withObject("/metadata");
    ObjectNode annotations = metadata.withObject("/annotations");
    annotations.put(INDEX, "" + index);
    if (failures >= 0) {
      annotations.put(INDEX_FAILURES, "" + failures);
    }
    metadata.withObject("/labels").put(INDEX, "" + index);
    ObjectNode spec = pod.withObject("/spec");
    if (!spec.has("hostname")) {
      spec.put("hostname", job.key().name() + "-" + index);
    }
    tellIndex(spec.path("containers"));
    tellIndex(spec.path("initContainers"));
    return new Action.Create(new ObjectKey(ResourceType.PODS, job.key().namespace(), ""), pod);
  }

  private static void tellIndex(com.fasterxml.jackson.databind.JsonNode containers) {
    for (var container : containers) {
      ArrayNode env = ((ObjectNode) container).withArray("/env");
      boolean told = false;
      for (var variable : env) {
        told |= variable.path("name").asText().equals("JOB_COMPLETION_INDEX");
      }
      if (!told) {
        env.addObject()
            .put("name", "JOB_COMPLETION_INDEX")
            .putObject("valueFrom")
            .putObject("fieldRef")
            .put("apiVersion", "v1")
            .put("fieldPath", "metadata.annotations['" + INDEX + "']");
      }
    }
  }

  private static ObjectNode pod(Cached<Job> job, String generateName) {
    Job owner = job.value();
    ObjectNode pod =
        Templates.pod(
            owner.spec().template(),
            job.key().namespace(),
            generateName,
            Owners.controller("batch/v1", "Job", owner.metadata()));
    ObjectNode metadata = pod.withObject("/metadata");
    metadata.withArray("/finalizers").add(TRACKING);
    ObjectNode labels = metadata.withObject("/labels");
    labels.put("batch.kubernetes.io/job-name", job.key().name());
    labels.put("batch.kubernetes.io/controller-uid", owner.metadata().uid());
    labels.put("job-name", job.key().name());
    labels.put("controller-uid", owner.metadata().uid());
    return pod;
  }
}

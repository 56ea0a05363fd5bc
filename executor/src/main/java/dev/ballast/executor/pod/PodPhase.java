package dev.ballast.executor.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;

/**
 * The phase of a pod from its container statuses. Source: "Pod phase" in Kubernetes' pod life
 * cycle, and the kubelet's order of cases. Pure.
 */
final class PodPhase {

  private PodPhase() {}

  static String of(PodManifest pod, JsonNode init, JsonNode containers) {
    String policy = pod.spec().restartPolicy();
    boolean sidecarRuns = false;
    boolean initPending = false;
    for (int i = 0; i < pod.spec().initContainers().size(); i++) {
      ContainerManifest container = pod.spec().initContainers().get(i);
      JsonNode status = init.path(i);
      JsonNode end = end(status);
      if (container.restartsAlways()) {
        sidecarRuns |= status.path("state").has("running");
        initPending |= !status.path("started").asBoolean() && end.isMissingNode();
      } else if (end.isMissingNode()) {
        initPending = true;
      } else if (end.path("exitCode").asInt() != 0) {
        if (policy.equals("Never")) {
          return "Failed";
        }
        initPending = true;
      }
    }
    int waiting = 0;
    int running = 0;
    int stopped = 0;
    int succeeded = 0;
    for (JsonNode status : containers) {
      JsonNode end = end(status);
      if (status.path("state").has("running")) {
        running++;
      } else if (end.isMissingNode()) {
        waiting++;
      } else {
        stopped++;
        succeeded +=
            status.path("state").path("terminated").isObject() && end.path("exitCode").asInt() == 0
                ? 1
                : 0;
      }
    }
    if (initPending && running == 0 && stopped == 0 || waiting > 0) {
      return "Pending";
    }
    if (running > 0 || sidecarRuns || stopped == 0 || policy.equals("Always")) {
      return stopped == 0 && running == 0 ? "Pending" : "Running";
    }
    if (stopped == succeeded) {
      return "Succeeded";
    }
    return policy.equals("Never") ? "Failed" : "Running";
  }

  /** How the container last ended, also while it waits to be started again. */
  private static JsonNode end(JsonNode status) {
    JsonNode now = status.path("state").path("terminated");
    if (now.isObject()) {
      return now;
    }
    JsonNode last = status.path("lastState").path("terminated");
    return last.isObject() && status.path("state").has("waiting")
        ? last
        : status.path("no such field");
  }
}

package dev.ballast.kinds.builtin;

import static dev.ballast.kinds.builtin.Columns.AGE;
import static dev.ballast.kinds.builtin.Columns.NAME;
import static dev.ballast.kinds.builtin.Columns.count;
import static dev.ballast.kinds.builtin.Columns.number;
import static dev.ballast.kinds.builtin.Columns.text;
import static dev.ballast.kinds.builtin.Columns.timed;
import static dev.ballast.kinds.builtin.Columns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.ballast.core.time.Now;
import dev.ballast.kinds.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of deployments, replica sets and jobs. Names, order and cells are those of
 * printDeployment, printReplicaSet and printJob in Kubernetes 1.33,
 * pkg/printers/internalversion/printers.go. Pure.
 */
final class WorkloadColumns {

  private static final Column CONTAINERS =
      wide("Containers", "Names of the template's containers.", owner -> containers(owner, "name"));
  private static final Column IMAGES =
      wide("Images", "Images of the template's containers.", owner -> containers(owner, "image"));
  private static final Column SELECTOR =
      wide(
          "Selector",
          "Labels of the pods that belong to it.",
          owner -> Columns.selector(owner.path("spec").path("selector")));

  static final List<Column> DEPLOYMENT =
      List.of(
          NAME,
          text(
              "Ready",
              "Pods that are ready, of all that are wanted.",
              owner -> owner.at("/status/readyReplicas").asInt() + "/" + replicas(owner)),
          number(
              "Up-to-date",
              "Pods of the newest template.",
              owner -> IntNode.valueOf(owner.at("/status/updatedReplicas").asInt())),
          number(
              "Available",
              "Pods that have been ready for minReadySeconds.",
              owner -> IntNode.valueOf(owner.at("/status/availableReplicas").asInt())),
          AGE,
          CONTAINERS,
          IMAGES,
          SELECTOR);

  static final List<Column> REPLICA_SET =
      List.of(
          NAME,
          count("Desired", "Number of pods wanted.", "/spec/replicas"),
          count("Current", "Pods that exist.", "/status/replicas"),
          count("Ready", "Pods that are ready.", "/status/readyReplicas"),
          AGE,
          CONTAINERS,
          IMAGES,
          SELECTOR);

  static final List<Column> JOB =
      List.of(
          NAME,
          text("Status", "How the job stands, in one word.", WorkloadColumns::jobStatus),
          text(
              "Completions",
              "Pods that have succeeded, of all that must.",
              WorkloadColumns::completions),
          timed("Duration", "From the start to the end, or to now.", WorkloadColumns::duration),
          AGE,
          CONTAINERS,
          IMAGES,
          SELECTOR);

  private WorkloadColumns() {}

  private static int replicas(JsonNode owner) {
    return owner.path("spec").path("replicas").asInt();
  }

  private static String containers(JsonNode owner, String field) {
    List<String> values = new ArrayList<>();
    for (JsonNode container : owner.at("/spec/template/spec/containers")) {
      values.add(container.path(field).asText(""));
    }
    return String.join(",", values);
  }

  private static String jobStatus(JsonNode job) {
    if (condition(job, "Complete")) {
      return "Complete";
    }
    if (condition(job, "Failed")) {
      return "Failed";
    }
    if (job.path("metadata").has("deletionTimestamp")) {
      return "Terminating";
    }
    for (String type : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
      if (condition(job, type)) {
        return type;
      }
    }
    return "Running";
  }

  private static boolean condition(JsonNode job, String type) {
    for (JsonNode condition : job.path("status").path("conditions")) {
      if (condition.path("type").asText("").equals(type)) {
        return condition.path("status").asText("").equals("True");
      }
    }
    return false;
  }

  private static String completions(JsonNode job) {
    int succeeded = job.path("status").path("succeeded").asInt();
    JsonNode completions = job.path("spec").path("completions");
    if (!completions.isMissingNode()) {
      return succeeded + "/" + completions.asInt();
    }
    int parallelism = job.path("spec").path("parallelism").asInt();
    return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
  }

  private static String duration(JsonNode job, Now now) {
    String start = job.path("status").path("startTime").asText("");
    String end = job.path("status").path("completionTime").asText("");
    if (start.isEmpty()) {
      return "";
    }
    return end.isEmpty()
        ? HumanDuration.since(start, now)
        : HumanDuration.of(Duration.between(Instant.parse(start), Instant.parse(end)));
  }
}

package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.ResourceType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A Job counts what really ended, each pod and each index once, and never takes it back. */
final class JobBooks implements Rule {

  private static final String INDEX = "batch.kubernetes.io/job-completion-index";

  private final Map<String, Set<String>> succeeded = new HashMap<>();
  private final Map<String, Set<String>> failed = new HashMap<>();
  private final Map<String, JsonNode> before = new HashMap<>();

  @Override
  public void committed(Commit commit, Consumer<String> broken) {
    commit.changes().stream()
        .filter(change -> Invariants.is(change, ResourceType.PODS))
        .forEach(this::pod);
    commit.changes().stream()
        .filter(change -> Invariants.is(change, ResourceType.JOBS) && !change.gone())
        .forEach(change -> job(change, broken));
  }

  private void pod(Change change) {
    JsonNode owner = change.object().path("metadata").path("ownerReferences").path(0);
    if (!owner.path("kind").asText().equals("Job")) {
      return;
    }
    String job = owner.path("uid").asText();
    String index = change.object().path("metadata").path("annotations").path(INDEX).asText("");
    if (change.phase().equals("Succeeded")) {
      succeeded
          .computeIfAbsent(job, j -> new HashSet<>())
          .add(index.isEmpty() ? change.uid() : index);
    } else if (change.phase().equals("Failed") || change.deleting() || change.gone()) {
      failed.computeIfAbsent(job, j -> new HashSet<>()).add(change.uid());
    }
  }

  private void job(Change change, Consumer<String> broken) {
    JsonNode status = change.object().path("status");
    JsonNode last = before.put(change.uid(), status);
    atMost(change, "succeeded", succeeded.getOrDefault(change.uid(), Set.of()).size(), broken);
    atMost(change, "failed", failed.getOrDefault(change.uid(), Set.of()).size(), broken);
    for (String count : new String[] {"succeeded", "failed"}) {
      if (last != null && status.path(count).asInt() < last.path(count).asInt()) {
        broken.accept(change.key() + " has taken back what it counted: " + last + ", " + status);
      }
    }
    int completions = change.object().path("spec").path("completions").asInt();
    if (status.has("completionTime") && status.path("succeeded").asInt() != completions) {
      broken.accept(change.key() + " is complete without all completions: " + status);
    }
  }

  private static void atMost(Change change, String count, int really, Consumer<String> broken) {
    int counted = change.object().path("status").path(count).asInt();
    if (counted > really) {
      broken.accept(
          "%s counts %d %s, but there were %d".formatted(change.key(), counted, count, really));
    }
  }
}

package dev.ballast.app.simulation;

import dev.ballast.core.resource.ResourceType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A pod is bound once, its containers run where it is bound and nowhere else, no instance starts
 * twice, one instance of a container runs at a time, and with restartPolicy Never one ever.
 */
final class OneRun implements Rule {

  private final Map<String, String> nodeOf = new HashMap<>();
  private final Map<String, String> policyOf = new HashMap<>();
  private final Set<String> instances = new HashSet<>();
  private final Set<String> containers = new HashSet<>();

  @Override
  public void committed(Commit commit, Consumer<String> broken) {
    for (Change change : commit.changes()) {
      String node = change.object().path("spec").path("nodeName").asText("");
      if (!Invariants.is(change, ResourceType.PODS) || node.isEmpty()) {
        continue;
      }
      policyOf.put(change.uid(), change.object().path("spec").path("restartPolicy").asText());
      String before = nodeOf.put(change.uid(), node);
      if (before != null && !before.equals(node)) {
        broken.accept(change.key() + " was bound to " + before + ", then to " + node);
      }
    }
  }

  @Override
  public void started(Start start, Consumer<String> broken) {
    String container = start.uid() + "/" + start.container();
    if (!start.node().equals(nodeOf.get(start.uid()))) {
      broken.accept(start + ", but the pod is bound to " + nodeOf.get(start.uid()));
    }
    if (!instances.add(container + "/" + start.attempt())) {
      broken.accept(start + " for the second time");
    }
    if (!containers.add(container) && "Never".equals(policyOf.get(start.uid()))) {
      broken.accept(start + " again, though it may never restart");
    }
  }

  @Override
  public void looked(Look look, Consumer<String> broken) {
    Set<String> running = new HashSet<>();
    for (Running one : look.running()) {
      if (!running.add(one.uid() + "/" + one.container())) {
        broken.accept(one + " runs twice at once");
      }
    }
  }
}

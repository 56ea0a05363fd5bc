package dev.ballast.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever happens to the engine, the events, the agent and the API: no container ever lives twice,
 * what must not run again does not, and once the faults are over everything settles.
 */
class AgentProperties {

  private static final List<String> POLICIES = List.of("Always", "OnFailure", "Never");
  private static final List<String> IMAGES =
      List.of(
          "ballast.local/run:1",
          "ballast.local/exit-0-after-3s:1",
          "ballast.local/exit-1-after-2s:1",
          "simulated/exit-0-after-4s",
          "ballast.local/oom-after-5s:1");

  private record Made(ObjectKey key, String policy, String image) {}

  @Property(tries = 15)
  void noContainerLivesTwiceAndPoliciesHold(@ForAll long seed) {
    Random random = new Random(seed);
    SimulatedNode node = new SimulatedNode(seed);
    List<Made> made = new ArrayList<>();
    Map<String, Integer> starts = new HashMap<>();
    for (int step = 0; step < 40; step++) {
      disturb(node, random, made, step);
      for (int tick = 0; tick < 4; tick++) {
        node.pass(Duration.ofMillis(random.nextInt(900)));
        check(node, starts);
      }
    }
    node.runtime.down(false);
    node.runtime.loseEvents(false);
    node.faulty.beforeCommit(write -> Optional.empty());
    node.pass(Duration.ofMinutes(12));
    check(node, starts);
    made.forEach(pod -> settled(node, pod));
  }

  private static void disturb(SimulatedNode node, Random random, List<Made> made, int step) {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> {
        String policy = POLICIES.get(random.nextInt(3));
        String image = IMAGES.get(random.nextInt(IMAGES.size()));
        String spec =
            """
            {"restartPolicy":"%s","terminationGracePeriodSeconds":3,"initContainers":[
             {"name":"init","image":"ballast.local/exit-0-after-1s:1"}],
             "containers":[{"name":"app","image":"%s"},{"name":"more","image":"ballast.local/run:1"}]}
            """
                .formatted(policy, image);
        made.add(new Made(node.pod("p" + step, spec, Map.of()), policy, image));
      }
      case 3 -> pick(made, random).ifPresent(m -> node.delete(m.key(), random.nextInt(2) * 3L));
      case 4 -> {
        List<ContainerState> all = safeList(node);
        if (!all.isEmpty()) {
          node.runtime.kill(all.get(random.nextInt(all.size())).id(), random.nextInt(2));
        }
      }
      case 5 -> node.runtime.restartEngine();
      case 6 -> node.runtime.down(random.nextBoolean());
      case 7 -> node.runtime.loseEvents(random.nextBoolean());
      case 8 -> {
        node.dropAgent();
        try {
          node.startAgent();
        } catch (RuntimeUnavailableException e) {
          node.runtime.down(false);
          node.startAgent();
        }
      }
      case 9 ->
          node.runtime.refuse(
              List.of("createSandbox", "createContainer", "start").get(random.nextInt(3)));
      case 10 ->
          node.faulty.beforeCommit(
              write ->
                  random.nextInt(4) == 0
                      ? Optional.of(new CommitResult.Unavailable("simulated"))
                      : Optional.empty());
      default -> node.faulty.beforeCommit(write -> Optional.empty());
    }
  }

  private static Optional<Made> pick(List<Made> made, Random random) {
    return made.isEmpty() ? Optional.empty() : Optional.of(made.get(random.nextInt(made.size())));
  }

  private static List<ContainerState> safeList(SimulatedNode node) {
    try {
      return node.runtime.list();
    } catch (RuntimeUnavailableException e) {
      return List.of();
    }
  }

  private static void check(SimulatedNode node, Map<String, Integer> starts) {
    Map<String, Integer> live = new HashMap<>();
    for (ContainerState c : safeList(node)) {
      if (c.isRunning()) {
        live.merge(c.pod().uid() + "/" + c.container(), 1, Integer::sum);
      }
      starts.merge(c.pod().uid() + "/" + c.container(), c.attempt(), Math::max);
    }
    live.forEach((name, count) -> assertEquals(1, count, name + " lives twice"));
  }

  private static void settled(SimulatedNode node, Made pod) {
    var document = node.api.get(pod.key());
    if (document.isEmpty()) {
      return;
    }
    String phase = node.phase(pod.key());
    long running = node.running(pod.key().name()).size();
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      assertEquals(0, running, pod + " is over but runs");
    }
    if (pod.policy().equals("Never")) {
      int restarts = node.container(pod.key(), 0).path("restartCount").asInt();
      assertEquals(0, restarts, pod + " was run again");
    }
    if (pod.policy().equals("Always")) {
      assertEquals("Running", phase, pod + ": " + node.status(pod.key()));
      assertTrue(running >= 1, pod + " does not run");
    }
  }
}

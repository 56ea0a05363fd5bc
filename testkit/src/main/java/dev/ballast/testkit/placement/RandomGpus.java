package dev.ballast.testkit.placement;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** GPUs on some nodes of some clusters, and pods that want some of them. One thread. */
final class RandomGpus {

  private static final List<Integer> NUMBERS = List.of(0, 1, 2, 3);

  private final Random random;
  private final boolean any;

  RandomGpus(Random random) {
    this.random = random;
    this.any = random.nextInt(100) < 40;
  }

  void offer(ObjectNode allocatable) {
    if (any && random.nextInt(100) < 60) {
      int devices = 1 + random.nextInt(4);
      if (random.nextBoolean()) {
        allocatable.put("nvidia.com/gpu", Integer.toString(devices));
      } else {
        allocatable.put("koordinator.sh/gpu-core", Integer.toString(100 * devices));
      }
    }
  }

  /** One that is bound already says which devices it has. */
  void ask(ObjectNode pod) {
    if (!any || random.nextInt(100) >= 35) {
      return;
    }
    ObjectNode limits =
        ((ObjectNode) pod.at("/spec/containers/0/resources")).withObjectProperty("limits");
    int devices = 1;
    if (random.nextInt(100) < 65) {
      limits.put("koordinator.sh/gpu-core", one(List.of("30", "50", "70", "100")));
    } else {
      devices = 1 + random.nextInt(2);
      if (random.nextBoolean()) {
        limits.put("nvidia.com/gpu", Integer.toString(devices));
      } else {
        limits.put("koordinator.sh/gpu-core", Integer.toString(100 * devices));
      }
    }
    if (pod.path("spec").has("nodeName")) {
      List<Integer> numbers = new ArrayList<>(NUMBERS);
      Collections.shuffle(numbers, random);
      PlacementChecker.place(pod, pod.at("/spec/nodeName").asText(), numbers.subList(0, devices));
    }
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}

package dev.ballast.control.plan;

import dev.ballast.core.model.Node;
import dev.ballast.core.placement.PodShape;
import java.util.HashMap;
import java.util.Map;

/**
 * On how many nodes each image is, and what a pod gains where its images are (kube-scheduler's
 * ImageLocality: the sizes of those that are there, each times the share of the nodes that have it,
 * from 23 MiB to 1000 MiB a container as 0 to 100).
 *
 * <p>A share is counted anew when it changed by an eighth, so that a roll-out over thousands of
 * nodes does not change what every node is worth with every image that arrives. Belongs to a {@link
 * ClusterSnapshot}, on that one's thread.
 */
public final class Images {

  private static final long MIB = 1L << 20;
  private static final long LEAST = 23 * MIB;
  private static final long MOST = 1000 * MIB;
  private static final int COARSENESS = 8;

  private static final class Spread {
    private int nodes;
    private int told;
  }

  private final Map<String, Spread> spread = new HashMap<>();
  private int nodes;
  private int nodesTold;
  private int version;

  /** Changes when scores did on nodes that did not. */
  public int version() {
    return version;
  }

  /** Could any node be better for such pods than another? */
  public boolean matter(PodShape shape) {
    if (!spread.isEmpty()) {
      for (String image : shape.images()) {
        if (spread.containsKey(image)) {
          return true;
        }
      }
    }
    return false;
  }

  /** 0 to 100. */
  public int score(PodShape shape, NodeState node) {
    if (node.images().isEmpty() || nodesTold == 0) {
      return 0;
    }
    double sum = 0;
    for (String image : shape.images()) {
      Long bytes = node.images().get(image);
      if (bytes != null) {
        sum += (double) bytes * Math.min(nodesTold, spread.get(image).told) / nodesTold;
      }
    }
    long most = MOST * Math.max(1, shape.images().size());
    return (int) (100 * (Math.clamp((long) sum, LEAST, most) - LEAST) / (most - LEAST));
  }

  /** The images of a node by their {@link PodShape#imageName}, with their sizes in bytes. */
  static Map<String, Long> of(Node node) {
    if (node == null || node.status().images().isEmpty()) {
      return Map.of();
    }
    Map<String, Long> sizes = new HashMap<>();
    node.status()
        .images()
        .forEach(
            image ->
                image.names().forEach(n -> sizes.put(PodShape.imageName(n), image.sizeBytes())));
    return Map.copyOf(sizes);
  }

  void change(Map<String, Long> before, Map<String, Long> after, int newNodes) {
    nodes += newNodes;
    if (!before.equals(after)) {
      before.keySet().forEach(image -> count(image, -1));
      after.keySet().forEach(image -> count(image, 1));
    }
    if (differs(nodesTold, nodes)) {
      nodesTold = nodes;
      version += spread.isEmpty() ? 0 : 1;
    }
  }

  private void count(String image, int amount) {
    Spread its = spread.computeIfAbsent(image, i -> new Spread());
    its.nodes += amount;
    if (its.nodes == 0) {
      spread.remove(image);
      version++;
    } else if (differs(its.told, its.nodes)) {
      its.told = its.nodes;
      version++;
    }
  }

  private static boolean differs(int told, int now) {
    return Math.abs(now - told) * COARSENESS >= Math.max(1, told);
  }
}

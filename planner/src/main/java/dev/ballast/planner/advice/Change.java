package dev.ballast.planner.advice;

import java.util.Map;

/** One thing that somebody could do so that a pod finds a place. */
public sealed interface Change {

  /** In words, as a command. */
  String words();

  /**
   * Take a constraint out of the pod.
   *
   * @param field its path, such as {@code spec.nodeSelector["disk"]}
   */
  record DropConstraint(String field) implements Change {
    @Override
    public String words() {
      return "drop " + field;
    }
  }

  /** Let the pod tolerate a taint. */
  record AddToleration(String key, String value, String effect) implements Change {
    @Override
    public String words() {
      return "tolerate taint " + key + (value.isEmpty() ? "" : "=" + value) + ":" + effect;
    }
  }

  record Uncordon(String node) implements Change {
    @Override
    public String words() {
      return "uncordon " + node;
    }
  }

  /**
   * @param amount how much more must be free, in the resource's unit: millicores of cpu, else whole
   *     units
   */
  record FreeResource(String node, String resource, long amount) implements Change {
    @Override
    public String words() {
      return "free " + quantity(resource, amount) + " " + resource + " on " + node;
    }
  }

  record EvictPod(String namespace, String pod, String node) implements Change {
    @Override
    public String words() {
      return "evict " + namespace + "/" + pod + " from " + node;
    }
  }

  /**
   * One machine more. A fix may need several of one kind: they differ in their numbers.
   *
   * @param like the node whose like is meant; "" for none
   * @param labels without that of its own name
   * @param allocatable quantities that it offers
   */
  record AddNode(
      int number, String like, Map<String, String> labels, Map<String, String> allocatable)
      implements Change {
    public AddNode {
      labels = Map.copyOf(labels);
      allocatable = Map.copyOf(allocatable);
    }

    @Override
    public String words() {
      return like.isEmpty()
          ? "add a node with %s cpu and %s memory%s"
              .formatted(
                  allocatable.getOrDefault("cpu", "0"),
                  allocatable.getOrDefault("memory", "0"),
                  labels.isEmpty() ? "" : " and labels " + labels)
          : "add a node like " + like;
    }
  }

  /** The amount as a Kubernetes quantity. */
  static String quantity(String resource, long amount) {
    return resource.equals("cpu") ? amount + "m" : Long.toString(amount);
  }
}

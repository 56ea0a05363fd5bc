package dev.ballast.core.placement;

/**
 * Why a node does not take a pod.
 *
 * @param message in kube-scheduler's words, as in {@code 2 Insufficient cpu}
 */
public record Refusal(Rule rule, String message) {

  /** Kinds of rules, under the names of the scheduler plug-ins that people know them by. */
  public enum Rule {
    COSCHEDULING("Coscheduling"),
    DEVICE_SHARE("DeviceShare"),
    INTER_POD_AFFINITY("InterPodAffinity"),
    NODE_AFFINITY("NodeAffinity"),
    NODE_PORTS("NodePorts"),
    NODE_RESOURCES_FIT("NodeResourcesFit"),
    NODE_UNSCHEDULABLE("NodeUnschedulable"),
    POD_TOPOLOGY_SPREAD("PodTopologySpread"),
    TAINT_TOLERATION("TaintToleration"),
    VOLUME_BINDING("VolumeBinding"),
    VOLUME_RESTRICTIONS("VolumeRestrictions");

    private final String plugin;

    Rule(String plugin) {
      this.plugin = plugin;
    }

    /** As {@code scheduler_unschedulable_pods} has it: kube-scheduler's, or Koordinator's. */
    public String plugin() {
      return plugin;
    }
  }
}

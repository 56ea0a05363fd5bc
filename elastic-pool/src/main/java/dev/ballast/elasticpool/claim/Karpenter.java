package dev.ballast.elasticpool.claim;

import dev.ballast.core.model.Node;

/** The names that Karpenter's API gives to things. */
public final class Karpenter {

  static final String API_VERSION = "karpenter.sh/v1";
  static final String FINALIZER = "karpenter.sh/termination";

  /** On claims and nodes: the pool that they belong to. */
  public static final String POOL = "karpenter.sh/nodepool";

  static final String REGISTERED = "karpenter.sh/registered";
  static final String INITIALIZED = "karpenter.sh/initialized";

  /** A machine's node keeps pods away until it has the labels and taints of its claim. */
  public static final Node.Taint UNREGISTERED =
      new Node.Taint("karpenter.sh/unregistered", "", "NoExecute", "");

  static final Node.Taint DISRUPTED =
      new Node.Taint("karpenter.sh/disrupted", "", "NoSchedule", "");

  static final String LAUNCHED = "Launched";
  static final String REGISTERED_CONDITION = "Registered";
  static final String INITIALIZED_CONDITION = "Initialized";
  static final String DRAINED = "Drained";

  /** The machine is ended for good, or has been found to be gone. */
  static final String TERMINATING = "InstanceTerminating";

  static final String READY = "Ready";

  private Karpenter() {}
}

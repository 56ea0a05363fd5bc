package dev.ballast.executor.assemble;

import dev.ballast.core.container.PodRef;

/**
 * What sandboxes and containers are called on the engine: a function of the pod's uid, so that a
 * second attempt to make the same one meets the first instead of making a twin. Pure.
 */
public final class Names {

  private Names() {}

  public static String sandbox(PodRef pod, int attempt) {
    return "ballast_POD_" + pod.name() + "_" + pod.namespace() + "_" + pod.uid() + "_" + attempt;
  }

  public static String container(PodRef pod, String container, int attempt) {
    return "ballast_"
        + container
        + "_"
        + pod.name()
        + "_"
        + pod.namespace()
        + "_"
        + pod.uid()
        + "_"
        + attempt;
  }
}

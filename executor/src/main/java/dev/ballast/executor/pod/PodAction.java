package dev.ballast.executor.pod;

import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.container.ContainerState;
import dev.ballast.executor.manifest.ContainerManifest;

/** What to do for a pod now, as data. */
public sealed interface PodAction {

  /** Prepare the volumes, make the sandbox and begin to start it. */
  record CreateSandbox(int attempt) implements PodAction {}

  /** Create an instance while its sandbox starts, to save time; {@link Start} then starts it. */
  record Prepare(ContainerManifest container, int attempt) implements PodAction {}

  record Pull(ContainerManifest container, int attempt) implements PodAction {}

  /** Create an instance, start it and run its postStart hook. */
  record Start(ContainerManifest container, int attempt) implements PodAction {}

  /**
   * Begin to stop an instance, its preStop hook first.
   *
   * @param graceSeconds for the hook and the process together
   * @param why for the event, or "" to tell nobody
   */
  record Stop(ContainerState instance, long graceSeconds, String why) implements PodAction {}

  /** Remove an instance or a sandbox. */
  record Remove(ContainerState instance) implements PodAction {}

  record Tell(EventType type, String reason, String message) implements PodAction {}

  /** Nothing of the pod is left on this machine: drop its files, and its object if it waits. */
  record Finish() implements PodAction {}
}

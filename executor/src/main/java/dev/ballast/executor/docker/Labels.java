package dev.ballast.executor.docker;

import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.PodRef;
import dev.ballast.core.container.SandboxSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a container carries so that an agent that lost its memory knows it again. Pod and container
 * are under the names that log shippers and cAdvisor look for on a Docker engine.
 */
final class Labels {

  static final String SCOPE = "ballast.dev/scope";
  static final String NAMESPACE = "io.kubernetes.pod.namespace";
  static final String POD = "io.kubernetes.pod.name";
  static final String UID = "io.kubernetes.pod.uid";
  static final String CONTAINER = "io.kubernetes.container.name";
  static final String ATTEMPT = "ballast.dev/attempt";
  static final String SANDBOX_ATTEMPT = "ballast.dev/sandbox-attempt";
  static final String HASH = "ballast.dev/hash";

  /** Of a sandbox: the container that holds its network, how to reach it, and its address. */
  static final String NETWORK = "ballast.dev/network";

  static final String NETWORK_PATH = "ballast.dev/network-path";
  static final String NETWORK_ADDRESS = "ballast.dev/network-address";

  private static final String HOLDER = "ballast.dev/network-holder";

  private Labels() {}

  /** Of a container that holds a network for a sandbox to come. */
  static Map<String, String> holder(String scope) {
    return Map.of(SCOPE, scope, HOLDER, "true");
  }

  static boolean isHolder(Map<String, String> labels) {
    return labels.containsKey(HOLDER);
  }

  static Map<String, String> of(String scope, SandboxSpec spec, Optional<Network> network) {
    Map<String, String> labels = new LinkedHashMap<>(spec.labels());
    network.ifPresent(
        taken -> {
          labels.put(NETWORK, taken.id());
          labels.put(NETWORK_PATH, taken.namespace().toString());
          labels.put(NETWORK_ADDRESS, taken.address());
        });
    labels.putAll(pod(scope, spec.pod()));
    labels.put(CONTAINER, "");
    labels.put(ATTEMPT, Integer.toString(spec.attempt()));
    labels.put(SANDBOX_ATTEMPT, Integer.toString(spec.attempt()));
    return labels;
  }

  static Map<String, String> of(String scope, ContainerSpec spec) {
    Map<String, String> labels = pod(scope, spec.pod());
    labels.put(CONTAINER, spec.container());
    labels.put(ATTEMPT, Integer.toString(spec.attempt()));
    labels.put(SANDBOX_ATTEMPT, Integer.toString(spec.sandboxAttempt()));
    labels.put(HASH, spec.hash());
    return labels;
  }

  private static Map<String, String> pod(String scope, PodRef pod) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(SCOPE, scope);
    labels.put(NAMESPACE, pod.namespace());
    labels.put(POD, pod.name());
    labels.put(UID, pod.uid());
    return labels;
  }
}

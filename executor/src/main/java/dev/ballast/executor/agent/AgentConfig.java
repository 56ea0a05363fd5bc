package dev.ballast.executor.agent;

import dev.ballast.core.container.ContainerSpec.LogLimits;
import dev.ballast.core.model.Node;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * How one agent runs.
 *
 * @param nodeName a DNS label, unique in the cluster
 * @param labels of the node, beside those that describe the machine
 * @param registered the providerID and the taints that its Node is made with, should there be none
 * @param data the agent's own directory, under the same path for the engine
 * @param api where the agent reaches the API; pods reach it through the agent's relay
 * @param address the node's InternalIP; "" to find one
 * @param maxPods the node's capacity for pods
 * @param relist how often all containers are compared with all pods
 */
public record AgentConfig(
    String nodeName,
    Map<String, String> labels,
    Node.Spec registered,
    Path data,
    URI api,
    String address,
    int maxPods,
    Duration relist,
    LogLimits logs) {

  public AgentConfig {
    Objects.requireNonNull(nodeName, "nodeName");
    labels = Map.copyOf(labels);
  }

  public static AgentConfig of(String nodeName, Path data, URI api) {
    return new AgentConfig(
        nodeName,
        Map.of(),
        Node.Spec.PLAIN,
        data,
        api,
        "",
        110,
        Duration.ofSeconds(10),
        LogLimits.DEFAULT);
  }

  public AgentConfig withLabels(Map<String, String> more) {
    return new AgentConfig(nodeName, more, registered, data, api, address, maxPods, relist, logs);
  }

  public AgentConfig registeredAs(Node.Spec spec) {
    return new AgentConfig(nodeName, labels, spec, data, api, address, maxPods, relist, logs);
  }
}

package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerSpec.LogLimits;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with an agent on the real engine. */
abstract class OnDocker {

  @TempDir Path data;
  DockerCluster cluster;

  LogLimits logLimits() {
    return LogLimits.DEFAULT;
  }

  @BeforeEach
  void startCluster() throws Exception {
    cluster = new DockerCluster(data, DockerCluster.host(), logLimits());
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  /** A pod of one container {@code app} that runs a script; fields in JSON without braces. */
  ObjectKey script(String name, String script, String containerFields, String podFields)
      throws IOException {
    ObjectNode container = Json.object().put("name", "app").put("image", DockerCluster.IMAGE);
    container.putArray("command").add("sh").add("-c").add(script);
    container.setAll((ObjectNode) Json.MAPPER.readTree("{" + containerFields + "}"));
    ObjectNode spec = Json.object().put("restartPolicy", "Never");
    spec.put("terminationGracePeriodSeconds", 1);
    spec.putArray("containers").add(container);
    spec.setAll((ObjectNode) Json.MAPPER.readTree("{" + podFields + "}"));
    return cluster.create(name, spec.toString());
  }

  /** Runs a script to its end and returns what it wrote. */
  String run(String name, String script, String containerFields, String podFields)
      throws Exception {
    ObjectKey pod = script(name, script, containerFields, podFields);
    await(() -> isOver(pod));
    return cluster.logs(pod, "app");
  }

  boolean isOver(ObjectKey pod) {
    return cluster.phase(pod).equals("Succeeded") || cluster.phase(pod).equals("Failed");
  }

  String waiting(ObjectKey pod) {
    return cluster.container(pod, 0).at("/state/waiting/reason").asText();
  }

  ObjectKey configMap(String name, String key, String value) {
    ObjectNode map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", name);
    map.putObject("data").put(key, value);
    return cluster.put(ResourceType.CONFIG_MAPS, map);
  }
}

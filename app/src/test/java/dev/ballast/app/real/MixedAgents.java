package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.app.RoamingNode;
import dev.ballast.core.resource.Json;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * An agent of an earlier version at a member of this one, and one of this version at a member of
 * the earlier: each registers, runs pods, can be spoken with and keeps its lease.
 */
final class MixedAgents implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> NODES = List.of("earlier", "now");
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String LEASES =
      "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/";

  private final ServerProcess member;
  private final ServerProcess old;
  private final Program earlier;
  private final RoamingNode now;
  private final Map<String, String> leases = new HashMap<>();
  private int pods;

  private MixedAgents(ServerProcess member, ServerProcess old, Program earlier, RoamingNode now) {
    this.member = member;
    this.old = old;
    this.earlier = earlier;
    this.now = now;
  }

  /**
   * @param classPath of the earlier version
   * @param upgraded where the earlier agent registers
   */
  static MixedAgents start(String classPath, ServerProcess upgraded, ServerProcess old)
      throws IOException, URISyntaxException {
    Path tests =
        Path.of(RoamingNode.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path data = upgraded.kubeconfig().resolveSibling("agents");
    Program earlier =
        Program.start(
            classPath + File.pathSeparator + tests,
            RoamingNode.class.getName(),
            RoamingNode.READY,
            Map.of(),
            List.of(
                "earlier",
                upgraded.url(),
                upgraded.nodeToken().toString(),
                data.resolve("earlier").toString()));
    try {
      URI server = URI.create(old.url());
      RoamingNode now =
          new RoamingNode("now", List.of(server), old.nodeToken(), data.resolve("now"));
      return new MixedAgents(upgraded, old, earlier, now);
    } catch (IOException | RuntimeException e) {
      earlier.close();
      throw e;
    }
  }

  /**
   * Both are ready, run one more pod each, and can be spoken with through each of the two members.
   */
  void work() throws Exception {
    pods++;
    for (String node : NODES) {
      Told made = Told.by(member, "POST", PODS, pod(node));
      assertEquals(201, made.code(), made.body());
    }
    for (String node : NODES) {
      await(PODS + "/" + name(node), "/status/phase", "Running");
      for (ServerProcess each : List.of(member, old)) {
        new IntoPod(name(node)).awaitThrough(each);
      }
      assertEquals(Optional.of("True"), ready(node), node);
      leases.put(node, lease(node));
    }
  }

  /** Since they worked last. */
  void renewed() {
    for (String node : NODES) {
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> !List.of(leases.get(node), "").contains(lease(node)));
    }
  }

  private String name(String node) {
    return node + "-" + pods;
  }

  private byte[] pod(String node) {
    var pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", name(node));
    pod.putObject("spec")
        .put("nodeName", node)
        .putArray("containers")
        .addObject()
        .put("name", "main")
        .put("image", "example/service:1");
    return Json.bytes(pod);
  }

  /** When the lease was renewed last; empty where there is none yet. */
  private String lease(String node) throws Exception {
    return get(LEASES + node).at("/spec/renewTime").asText();
  }

  private Optional<String> ready(String node) throws Exception {
    for (JsonNode condition : get("/api/v1/nodes/" + node).at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return Optional.of(condition.path("status").asText());
      }
    }
    return Optional.empty();
  }

  private void await(String path, String pointer, String value) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> get(path).at(pointer).asText().equals(value));
  }

  private JsonNode get(String path) throws Exception {
    return Json.MAPPER.readTree(Told.by(member, "GET", path, new byte[0]).body());
  }

  @Override
  public void close() {
    now.close();
    earlier.close();
  }
}

package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;

/** A NodePool of simulated machines; whenever it is looked at, no claim may have a second one. */
final class MachinePool {

  private static final String POOLS = "/apis/karpenter.sh/v1/nodepools";
  private static final String CLAIMS = "/apis/karpenter.sh/v1/nodeclaims";
  private static final String NODES = "/api/v1/nodes?labelSelector=karpenter.sh%2Fnodepool%3Dkept";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final byte[] NOTHING = new byte[0];

  private static final String NODE_CLASS =
      """
      {"apiVersion": "karpenter.kwok.sh/v1alpha1", "kind": "KWOKNodeClass", "metadata": {"name": "simulated"}}
      """;

  private static final String POOL =
      """
      {"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "kept"},
       "spec": {"replicas": 1, "template": {"spec": {"requirements": [],
         "taints": [{"key": "kept", "effect": "NoSchedule"}],
         "nodeClassRef": {"group": "karpenter.kwok.sh", "kind": "KWOKNodeClass", "name": "simulated"}}}}}
      """;

  /** By the claim's uid, as it was first seen. */
  private final Map<String, String> machines = new HashMap<>();

  /** Of one machine, which is ready when this returns. */
  static MachinePool make(ServerProcess member) throws Exception {
    post(member, "/apis/karpenter.kwok.sh/v1alpha1/kwoknodeclasses", NODE_CLASS);
    post(member, POOLS, POOL);
    MachinePool pool = new MachinePool();
    pool.awaitReady(member, 1);
    return pool;
  }

  private static void post(ServerProcess member, String path, String json) throws Exception {
    Told told = Told.by(member, "POST", path, json.getBytes(StandardCharsets.UTF_8));
    assertEquals(201, told.code(), told.body());
  }

  void scale(ServerProcess member, int size) throws Exception {
    String scale =
        """
        {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "kept"},
         "spec": {"replicas": %d}}
        """
            .formatted(size);
    Told told =
        Told.by(member, "PUT", POOLS + "/kept/scale", scale.getBytes(StandardCharsets.UTF_8));
    assertEquals(200, told.code(), told.body());
  }

  /** So many claims and no more, each with a node that is ready, or was when its member ran. */
  void awaitReady(ServerProcess member, int size) throws Exception {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> claims(member).size() == size && readyClaims(member) == size);
    assertEquals(size, nodes(member).size());
  }

  /** The members that have its machines. */
  Set<String> members(ServerProcess asked) throws Exception {
    Set<String> members = new HashSet<>();
    claims(asked).values().forEach(machine -> members.add(machine.split("/")[2]));
    return members;
  }

  /** When the nodes of a member last reported; nobody is asked for what is not reported anew. */
  Map<String, String> reports(ServerProcess asked, String member) throws Exception {
    Map<String, String> reports = new HashMap<>();
    for (JsonNode node : nodes(asked)) {
      if (node.at("/spec/providerID").asText().startsWith("kwok://" + member + "/")) {
        for (JsonNode condition : node.at("/status/conditions")) {
          if (condition.path("type").asText().equals("Ready")) {
            reports.put(
                node.at("/metadata/uid").asText(),
                condition.path("status").asText() + condition.path("lastHeartbeatTime").asText());
          }
        }
      }
    }
    return reports;
  }

  /** The same nodes, heard of again. */
  void awaitBack(ServerProcess asked, String member, Map<String, String> before) {
    assertTrue(!before.isEmpty(), "it had a machine");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Map<String, String> now = reports(asked, member);
              return now.keySet().equals(before.keySet())
                  && now.entrySet().stream()
                      .allMatch(
                          one ->
                              one.getValue().startsWith("True")
                                  && !one.getValue().equals(before.get(one.getKey())));
            });
  }

  /** Machines of claims by the claims' uids; those that have none yet are left out. */
  private Map<String, String> claims(ServerProcess member) throws Exception {
    Map<String, String> found = new HashMap<>();
    for (JsonNode claim : list(member, CLAIMS)) {
      String uid = claim.at("/metadata/uid").asText();
      String machine = claim.at("/status/providerID").asText("");
      if (!machine.isEmpty()) {
        found.put(uid, machine);
        machines.putIfAbsent(uid, machine);
        assertEquals(machines.get(uid), machine, "a claim keeps its machine");
      }
    }
    assertEquals(found.size(), new HashSet<>(found.values()).size(), "each has its own");
    return found;
  }

  private static int readyClaims(ServerProcess member) throws Exception {
    int ready = 0;
    for (JsonNode claim : list(member, CLAIMS)) {
      for (JsonNode condition : claim.at("/status/conditions")) {
        ready +=
            condition.path("type").asText().equals("Ready")
                    && condition.path("status").asText().equals("True")
                ? 1
                : 0;
      }
    }
    return ready;
  }

  private static JsonNode nodes(ServerProcess member) throws IOException, InterruptedException {
    return list(member, NODES);
  }

  private static JsonNode list(ServerProcess member, String path)
      throws IOException, InterruptedException {
    return Json.MAPPER.readTree(Told.by(member, "GET", path, NOTHING).body()).path("items");
  }
}

package dev.ballast.kinds.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.admission.Review.Operation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRestrictionTest {

  private static final String NODE =
      "{'metadata':{'name':'n1','annotations':{'ballast.dev/node-key':'k'}}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UPDATE | nodes  |                 | n1 | status | true
          UPDATE | nodes  |                 | n1 |        | true
          UPDATE | nodes  |                 | n2 |        | false
          UPDATE | nodes  |                 | n2 | status | false
          CREATE | nodes  |                 | n1 |        | false
          DELETE | nodes  |                 | n1 |        | false
          UPDATE | leases | kube-node-lease | n1 |        | true
          CREATE | leases | kube-node-lease | n1 |        | true
          UPDATE | leases | kube-node-lease | n2 |        | false
          UPDATE | leases | default         | n1 |        | false
          CREATE | events | default         | e  |        | true
          CREATE | pods   | default         | p  |        | false
          CREATE | secrets | default        | s  |        | false
          UPDATE | services | default       | s  | status | false
          """)
  void aNodeWritesWhatIsItsOwn(
      Operation operation,
      String plural,
      String namespace,
      String name,
      String subresource,
      boolean allowed) {
    ResourceType type = type(plural);
    ObjectKey key = new ObjectKey(type, namespace == null ? "" : namespace, name);
    ObjectNode before = parse(NODE);
    assertEquals(
        allowed,
        admits(operation, key, subresource == null ? "" : subresource, before.deepCopy(), before));
  }

  @ParameterizedTest
  @CsvSource({
    "UPDATE, status, n1, true",
    "UPDATE, status, n2, false",
    "UPDATE, status, '', false",
    "UPDATE, '', n1, false",
    "UPDATE, binding, n1, false",
    "DELETE, '', n1, true",
    "DELETE, '', n2, false",
    "REMOVE, '', n1, true"
  })
  void ofPodsThoseBoundToIt(
      Operation operation, String subresource, String boundTo, boolean allowed) {
    ObjectKey key = new ObjectKey(ResourceType.PODS, "default", "p");
    ObjectNode before = parse("{'spec':{'nodeName':'" + boundTo + "'}}");
    ObjectNode claimsToBeMine = parse("{'spec':{'nodeName':'n1'}}");
    assertEquals(allowed, admits(operation, key, subresource, claimsToBeMine, before));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'metadata':{'annotations':{'ballast.dev/node-key':'k','a':'b'}}} | true
          {'metadata':{'labels':{'kubernetes.io/os':'linux'},'annotations':{'ballast.dev/node-key':'k'}}} | true
          {'metadata':{'annotations':{'ballast.dev/node-key':'mine'}}} | false
          {'metadata':{}} | false
          {'metadata':{'labels':{'node-restriction.kubernetes.io/x':'y'},'annotations':{'ballast.dev/node-key':'k'}}} | false
          {'metadata':{'labels':{'node-role.kubernetes.io/control-plane':''},'annotations':{'ballast.dev/node-key':'k'}}} | false
          {'metadata':{'labels':{'my.node-restriction.kubernetes.io/x':'y'},'annotations':{'ballast.dev/node-key':'k'}}} | false
          {'metadata':{'labels':{'node.kubernetes.io/disk':'fast','foo':'bar'},'annotations':{'ballast.dev/node-key':'k'}}} | true
          {'metadata':{'annotations':{'ballast.dev/node-key':'k'}},'spec':{'taints':[{'key':'a','effect':'NoSchedule'}]}} | false
          {'metadata':{'annotations':{'ballast.dev/node-key':'k'}},'spec':{'providerID':'kwok://m/web-1'}} | false
          {'metadata':{'annotations':{'ballast.dev/node-key':'k'}},'spec':{'providerID':''}} | true
          """)
  void ofItsNodeNotWhatSteersWork(String after, boolean allowed) {
    ObjectKey key = ObjectKey.cluster(ResourceType.NODES, "n1");
    assertEquals(allowed, admits(Operation.UPDATE, key, "", parse(after), parse(NODE)));
  }

  private static boolean admits(
      Operation operation, ObjectKey key, String subresource, ObjectNode now, ObjectNode before) {
    User nobodySpecial = new User("system:node:n1", "", List.of("dev"), Map.of());
    assertEquals(
        true,
        new NodeRestriction()
            .admit(new Review(operation, null, key, subresource, now, before, nobodySpecial), null)
            .isEmpty());
    return new NodeRestriction()
        .admit(
            new Review(operation, null, key, subresource, now, before, User.ofNode("n1", "")), null)
        .map(Failure::code)
        .map(code -> code != 403)
        .orElse(true);
  }

  private static ResourceType type(String plural) {
    return switch (plural) {
      case "nodes" -> ResourceType.NODES;
      case "leases" -> ResourceType.LEASES;
      case "events" -> ResourceType.EVENTS;
      case "pods" -> ResourceType.PODS;
      default -> new ResourceType("", plural);
    };
  }

  private static ObjectNode parse(String json) {
    return Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}

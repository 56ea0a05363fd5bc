package dev.ballast.elasticpool.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Node;
import dev.ballast.core.pool.Machine;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.time.Now;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeftoversTest {

  /** A claim is NAME, with + if it has its machine and ! if that is known to be ended. */
  @ParameterizedTest
  @CsvSource({
    // claims before, machines, nodes, claims after, what is found
    "'a+', 'a', 'a', 'a+', ''",
    "'a', '', '', 'a', ''",
    "'a+', '', 'a', 'a+', 'claim a'",
    "'a+', '', 'a', 'a+!', ''",
    "'a+', '', '', '', ''",
    // launched while the machines were being listed
    "'a', '', '', 'a+', ''",
    "'', 'b', '', '', 'machine b'",
    // claimed while the machines were being listed
    "'', 'b', '', 'b+', ''",
    "'', 'b', '', 'b', ''",
    "'', '', 'c', '', 'node c'",
    "'', '', 'c', 'c+', ''",
    "'', '', 'x-foreign', '', ''",
  })
  void finds(String before, String machines, String nodes, String after, String found) {
    Leftovers leftovers =
        Leftovers.of(
            words(before).map(LeftoversTest::claim).toList(),
            words(machines).map(LeftoversTest::machine).toList(),
            words(nodes).map(LeftoversTest::node).toList(),
            words(after).map(LeftoversTest::claim).toList(),
            new Now(Instant.EPOCH, 0));
    Set<String> all = new TreeSet<>();
    leftovers.machines().forEach(machine -> all.add("machine " + machine.spec().name()));
    for (Action action : leftovers.actions()) {
      switch (action) {
        case Action.Patch patch -> all.add("claim " + patch.key().name());
        case Action.Delete delete -> all.add("node " + delete.key().name());
        default -> all.add("?");
      }
    }
    assertEquals(found, String.join(" ", new ArrayList<>(all)));
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.split(" ")).filter(word -> !word.isEmpty());
  }

  private static Cached<NodeClaim> claim(String text) {
    String name = text.substring(0, 1);
    ObjectNode claim = Json.object();
    claim.putObject("metadata").put("name", name).put("uid", "uid-" + name);
    ObjectNode status = claim.putObject("status");
    if (text.contains("+")) {
      status.put("providerID", "x://" + name);
    }
    if (text.contains("!")) {
      status
          .putArray("conditions")
          .addObject()
          .put("type", "InstanceTerminating")
          .put("status", "True");
    }
    return new Cached<>(
        ObjectKey.cluster(ResourceType.NODE_CLAIMS, name),
        3,
        Json.MAPPER.convertValue(claim, NodeClaim.class));
  }

  private static Machine machine(String name) {
    return new Machine(
        "x://" + name, new MachineSpec(name, "web", "uid-" + name, Map.of(), Map.of()));
  }

  private static Cached<Node> node(String name) {
    ObjectNode node = Json.object();
    ObjectNode metadata = node.putObject("metadata").put("name", name).put("uid", "node-" + name);
    node.putObject("spec").put("providerID", "x://" + name);
    if (!name.contains("foreign")) {
      metadata.putArray("finalizers").add("karpenter.sh/termination");
    }
    return new Cached<>(
        ObjectKey.cluster(ResourceType.NODES, name), 4, Json.MAPPER.convertValue(node, Node.class));
  }
}

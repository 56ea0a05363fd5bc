package dev.ballast.planner.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.optaplanner.core.config.solver.EnvironmentMode;

/** Claims decide where pods can run. */
class VolumePlacementTest {

  private final SolvedCluster cluster = new SolvedCluster(EnvironmentMode.REPRODUCIBLE);

  @BeforeEach
  void threeNodes() {
    for (String name : new String[] {"n1", "n2", "n3"}) {
      cluster.putNode(
          parse(
              "{'metadata':{'name':'%s','labels':{'host':'%s'}},".formatted(name, name)
                  + "'status':{'allocatable':{'cpu':'4','pods':'10'}}}"));
    }
    put(
        ResourceType.STORAGE_CLASSES,
        "",
        "local",
        "'volumeBindingMode':'WaitForFirstConsumer',"
            + "'provisioner':'kubernetes.io/no-provisioner'");
    put(
        ResourceType.STORAGE_CLASSES,
        "",
        "made",
        "'volumeBindingMode':'WaitForFirstConsumer',"
            + "'provisioner':'example.com/disks','allowedTopologies':[{'matchLabelExpressions':"
            + "[{'key':'host','values':['n3']}]}]");
  }

  @Test
  void followsTheVolumeOfABoundClaim() {
    volume("pv2", "n2", "local", "1Gi");
    claim("data", "local", "1Gi", "pv2");
    pod("a", "data");
    assertEquals("{a=n2}", places().toString());
  }

  @Test
  void eachWaitingClaimGetsAVolumeOfItsOwn() {
    volume("pv1", "n1", "local", "1Gi");
    volume("pv2", "n2", "local", "2Gi");
    claim("small", "local", "1Gi", "");
    claim("large", "local", "2Gi", "");
    claim("more", "local", "1Gi", "");
    pod("a", "large");
    pod("b", "small");
    pod("c", "more");
    assertEquals("{a=n2, b=n1}", places().toString());
    assertEquals(
        "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.",
        reason("c"));
  }

  @Test
  void volumesAreMadeWhereTheirClassAllows() {
    claim("data", "made", "1Gi", "");
    pod("a", "data");
    assertEquals("{a=n3}", places().toString());
  }

  @Test
  void aClaimForOnePodIsForOneAtATime() {
    volume("pv2", "n2", "local", "1Gi");
    claim("data", "local", "1Gi", "pv2", "ReadWriteOncePod");
    pod("a", "data");
    pod("b", "data");
    Plan plan = plan();
    assertEquals("{a=n2}", places(plan).toString());
    assertEquals(
        "0/3 nodes are available: 3 node has pod using PersistentVolumeClaim with the same name"
            + " and ReadWriteOncePod access mode.",
        reason(plan, "b"));
    plan.bindings().forEach(cluster::bind);
    assertEquals("{}", places().toString(), "nor beside one that is there");
    cluster.snapshot.podRemoved(
        new ObjectKey(ResourceType.PODS, "default", plan.bindings().getFirst().pod().key().name()));
    assertEquals("{b=n2}", places().toString());
  }

  /** As kube-scheduler's plug-in VolumeRestrictions has it since 1.29. */
  @Test
  void whoMattersMoreGetsTheClaimOfOneThatMattersLess() {
    volume("pv2", "n2", "local", "1Gi");
    claim("data", "local", "1Gi", "pv2", "ReadWriteOncePod");
    pod("a", "data");
    plan().bindings().forEach(cluster::bind);
    pod("same", "data");
    assertEquals(List.of(), plan().evictions());
    pod("more", "data", 10);
    Plan plan = plan();
    assertEquals("{}", places(plan).toString());
    assertEquals(
        "[a for more on n2]",
        plan.evictions().stream()
            .map(
                one ->
                    one.pod().key().name()
                        + " for "
                        + one.preemptor().key().name()
                        + " on "
                        + one.node())
            .toList()
            .toString());
  }

  @Test
  void saysWhatIsMissing() {
    claim("immediate", "none", "1Gi", "");
    pod("a", "absent");
    pod("b", "immediate");
    assertEquals(
        "0/3 nodes are available: 3 persistentvolumeclaim \"absent\" not found.", reason("a"));
    assertEquals(
        "0/3 nodes are available: 3 pod has unbound immediate PersistentVolumeClaims.",
        reason("b"));
  }

  private Map<String, String> places() {
    return places(plan());
  }

  private static Map<String, String> places(Plan plan) {
    Map<String, String> places = new TreeMap<>();
    plan.bindings().forEach(one -> places.put(one.pod().key().name(), one.node()));
    return places;
  }

  private String reason(String pod) {
    return reason(plan(), pod);
  }

  private static String reason(Plan plan, String pod) {
    return plan.unplaced().stream()
        .filter(one -> one.pod().key().name().equals(pod))
        .findFirst()
        .orElseThrow()
        .message();
  }

  private Plan plan() {
    return cluster.solver.plan(cluster.batch(), 1);
  }

  private void volume(String name, String node, String storageClass, String size) {
    put(
        ResourceType.PERSISTENT_VOLUMES,
        "",
        name,
        ("'spec':{'capacity':{'storage':'%s'},'accessModes':['ReadWriteOnce'],"
                + "'storageClassName':'%s','nodeAffinity':{'required':{'nodeSelectorTerms':"
                + "[{'matchExpressions':[{'key':'host','operator':'In','values':['%s']}]}]}}}")
            .formatted(size, storageClass, node));
  }

  private void claim(String name, String storageClass, String size, String volume) {
    claim(name, storageClass, size, volume, "ReadWriteOnce");
  }

  private void claim(String name, String storageClass, String size, String volume, String mode) {
    put(
        ResourceType.PERSISTENT_VOLUME_CLAIMS,
        "default",
        name,
        ("'spec':{'accessModes':['%s'],'resources':{'requests':{'storage':'%s'}},"
                + "'storageClassName':'%s','volumeName':'%s'}")
            .formatted(mode, size, storageClass, volume));
  }

  private void put(ResourceType type, String namespace, String name, String rest) {
    ObjectNode tree =
        parse("{'metadata':{'name':'%s','namespace':'%s'},%s}".formatted(name, namespace, rest));
    cluster
        .snapshot
        .volumes()
        .put(
            new Document(
                new ObjectKey(type, namespace, name), 1, Json.stamp(Json.storable(tree), 1)));
  }

  private void pod(String name, String claim) {
    pod(name, claim, 0);
  }

  private void pod(String name, String claim, int priority) {
    cluster.put(
        parse(
            ("{'metadata':{'name':'%s','namespace':'default','uid':'%s-1'},"
                    + "'spec':{'priority':%d,'containers':[{'name':'c'}],'volumes':[{'name':'v',"
                    + "'persistentVolumeClaim':{'claimName':'%s'}}]}}")
                .formatted(name, name, priority, claim)));
  }

  private static ObjectNode parse(String json) {
    return Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}

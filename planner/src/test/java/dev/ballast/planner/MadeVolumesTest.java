package dev.ballast.planner;

import static dev.ballast.planner.SimulatedCluster.node;
import static dev.ballast.planner.SimulatedCluster.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Write;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A class that makes volumes for its first consumer: the pod says where, then waits for it. */
class MadeVolumesTest {

  private static final ObjectKey CLASS = ObjectKey.cluster(ResourceType.STORAGE_CLASSES, "made");
  private static final ObjectKey VOLUME = ObjectKey.cluster(ResourceType.PERSISTENT_VOLUMES, "pv");
  private static final ObjectKey CLAIM =
      new ObjectKey(ResourceType.PERSISTENT_VOLUME_CLAIMS, "default", "data");

  private final SimulatedCluster cluster = new SimulatedCluster(1);

  @BeforeEach
  void aPodWithAClaim() {
    for (String name : new String[] {"n1", "n2"}) {
      ObjectNode node = node(name, "4");
      node.withObjectProperty("metadata").putObject("labels").put("host", name);
      cluster.create(node);
    }
    put(CLASS, "'volumeBindingMode':'WaitForFirstConsumer','provisioner':'example.com/disks'", "");
    put(CLAIM, spec(""), "");
    cluster.create(claiming("first"));
    cluster.run(Duration.ofSeconds(1));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void theClaimNamesTheNodeAndThePodSaysWhatItWaitsFor() {
    assertEquals("", cluster.nodeOf("first"));
    assertEquals(
        "0/2 nodes are available: 1 node(s) wait for example.com/disks to make a volume for claim"
            + " \"data\".",
        document("first").at("/status/conditions/0/message").asText());
    assertFalse(selected().isEmpty());
  }

  @Test
  void anotherPodWithTheClaimGoesNowhereElse() {
    String node = selected();
    ObjectNode other = claiming("second");
    other
        .withObjectProperty("spec")
        .putObject("nodeSelector")
        .put("host", node.equals("n1") ? "n2" : "n1");
    cluster.create(other);
    cluster.run(Duration.ofMinutes(1));
    assertEquals("", cluster.nodeOf("second"));
    assertEquals(node, selected());
  }

  @Test
  void onceTheVolumeIsThereThePodGoesToIt() {
    String node = selected();
    put(
        VOLUME,
        ("'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],"
                + "'storageClassName':'made','claimRef':{'namespace':'default','name':'data'},"
                + "'nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchFields':"
                + "[{'key':'metadata.name','operator':'In','values':['%s']}]}]}}}")
            .formatted(node),
        "");
    put(CLAIM, spec("pv"), node);
    cluster.run(Duration.ofSeconds(5));
    assertEquals(node, cluster.nodeOf("first"));
  }

  private String selected() {
    return cluster
        .store
        .get(CLAIM)
        .orElseThrow()
        .tree()
        .path("metadata")
        .path("annotations")
        .path("volume.kubernetes.io/selected-node")
        .asText();
  }

  private ObjectNode document(String pod) {
    return cluster.store.get(SimulatedCluster.pod(pod)).map(Document::tree).orElseThrow();
  }

  private static String spec(String volume) {
    return ("'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}},"
            + "'storageClassName':'made','volumeName':'%s'}")
        .formatted(volume);
  }

  private static ObjectNode claiming(String name) {
    ObjectNode pod = pod(name, "1");
    ObjectNode volume = pod.withObjectProperty("spec").putArray("volumes").addObject();
    volume.put("name", "v").putObject("persistentVolumeClaim").put("claimName", "data");
    return pod;
  }

  private void put(ObjectKey key, String rest, String selectedNode) {
    String json =
        "{'metadata':{'name':'%s','namespace':'%s'},%s}"
            .formatted(key.name(), key.namespace(), rest);
    ObjectNode tree = Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    if (!selectedNode.isEmpty()) {
      tree.withObjectProperty("metadata")
          .putObject("annotations")
          .put("volume.kubernetes.io/selected-node", selectedNode);
    }
    byte[] bytes = Json.storable(tree);
    cluster.store.commit(
        cluster
            .store
            .get(key)
            .<Write>map(known -> new Write.Replace(key, known.revision(), "", bytes))
            .orElseGet(() -> new Write.Create(key, bytes)));
  }
}

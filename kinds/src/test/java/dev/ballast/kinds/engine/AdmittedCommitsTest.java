package dev.ballast.kinds.engine;

import static dev.ballast.kinds.engine.Cluster.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Commits of several writes, as controllers and the planner make them. */
class AdmittedCommitsTest {

  private final Cluster cluster = new Cluster();

  private static ObjectKey key(String kind, String name) {
    return new ObjectKey(Cluster.kind(kind).type(), "default", name);
  }

  private static Write create(String kind, String name, String rest) {
    ObjectNode object = json("{'metadata':{'name':'%s'}%s}".formatted(name, rest));
    object.put("apiVersion", Cluster.kind(kind).apiVersion()).put("kind", kind);
    return new Write.Create(key(kind, name), Json.storable(object));
  }

  private static Write pod(String name) {
    return create("Pod", name, ",'spec':{'containers':[{'name':'c','image':'x'}]}");
  }

  private static Write replace(Document document, String subresource, Consumer<ObjectNode> change) {
    ObjectNode tree = document.tree();
    change.accept(tree);
    return new Write.Replace(document.key(), document.revision(), subresource, Json.storable(tree));
  }

  private List<Document> committed(Write... writes) {
    return assertInstanceOf(CommitResult.Committed.class, cluster.admitting.commit(List.of(writes)))
        .documents();
  }

  @Test
  void everyWriteIsDefaultedAndAdmitted() {
    List<Document> pods = committed(pod("a"), pod("b"));
    for (Document pod : pods) {
      assertEquals("default", pod.tree().at("/spec/serviceAccountName").asText());
      assertEquals("Pending", pod.tree().at("/status/phase").asText());
    }
    assertEquals(pods.get(0).revision(), pods.get(1).revision());
  }

  @Test
  void servicesOfOneCommitGetDifferentAddresses() {
    String spec = ",'spec':{'ports':[{'port':80}]}";
    List<Document> services = committed(create("Service", "a", spec), create("Service", "b", spec));
    assertEquals(2, services.size());
    assertNotEquals(
        services.get(0).tree().at("/spec/clusterIP"), services.get(1).tree().at("/spec/clusterIP"));
  }

  @Test
  void oneRefusedWriteRefusesAll() {
    long revision = cluster.store.revision();
    CommitResult.Refused refused =
        assertInstanceOf(
            CommitResult.Refused.class,
            cluster.admitting.commit(
                List.of(pod("a"), create("Pod", "b", ",'spec':{'containers':[]}"))));
    assertEquals(422, refused.failure().code());
    assertEquals(revision, cluster.store.revision());
    assertEquals(Optional.empty(), cluster.get("Pod", "a"));
  }

  @Test
  void aGangIsBoundWholeOrNotAtAll() {
    List<Document> pods = committed(pod("a"), pod("b"));
    Consumer<ObjectNode> bind = pod -> pod.withObjectProperty("spec").put("nodeName", "n");
    List<Document> bound =
        committed(replace(pods.get(0), "binding", bind), replace(pods.get(1), "binding", bind));
    for (Document pod : bound) {
      assertEquals("n", pod.tree().at("/spec/nodeName").asText());
      assertEquals("PodScheduled", pod.tree().at("/status/conditions/0/type").asText());
    }
    Document third = committed(pod("c")).getFirst();
    CommitResult.Conflict late =
        assertInstanceOf(
            CommitResult.Conflict.class,
            cluster.admitting.commit(
                List.of(replace(third, "binding", bind), replace(pods.get(0), "binding", bind))));
    assertEquals(key("Pod", "a"), late.key());
    assertTrue(cluster.get("Pod", "c").orElseThrow().at("/spec/nodeName").isMissingNode());
  }

  @Test
  void aSecondNodeIsRefusedForGood() {
    Document pod = committed(pod("a")).getFirst();
    Document bound = committed(bind(pod, "n")).getFirst();
    CommitResult.Refused refused =
        assertInstanceOf(CommitResult.Refused.class, cluster.admitting.commit(bind(bound, "m")));
    assertTrue(refused.failure().message().endsWith("is already assigned to node \"n\""));
  }

  private static Write bind(Document pod, String node) {
    return replace(pod, "binding", tree -> tree.withObjectProperty("spec").put("nodeName", node));
  }

  @Test
  void aSubresourceChangesItsPartOnly() {
    Document pod = committed(pod("a")).getFirst();
    Document changed =
        committed(
                replace(
                    pod,
                    "status",
                    tree -> {
                      tree.withObjectProperty("status").put("phase", "Running");
                      tree.withObjectProperty("spec").put("nodeName", "sneaky");
                    }))
            .getFirst();
    assertEquals("Running", changed.tree().at("/status/phase").asText());
    assertTrue(changed.tree().at("/spec/nodeName").isMissingNode());
  }

  @Test
  void whatDoesNotChangeKeepsItsRevision() {
    Document a = committed(pod("a")).getFirst();
    Document b = committed(pod("b")).getFirst();
    List<Document> both =
        committed(
            replace(a, "status", tree -> {}),
            replace(b, "status", tree -> tree.withObjectProperty("status").put("phase", "Failed")));
    assertEquals(a, both.get(0));
    assertEquals("Failed", both.get(1).tree().at("/status/phase").asText());
    assertEquals(List.of(a), committed(replace(a, "", tree -> {})));
  }

  @Test
  void aPodOnANodeIsNotRemovedButAskedToGo() {
    Document pod = committed(pod("a")).getFirst();
    Document bound =
        committed(
                replace(
                    pod, "binding", tree -> tree.withObjectProperty("spec").put("nodeName", "n")))
            .getFirst();
    Document leaving =
        committed(new Write.Delete(bound.key(), bound.revision(), DeleteOptions.DEFAULTS))
            .getFirst();
    assertEquals(30, leaving.tree().at("/metadata/deletionGracePeriodSeconds").asInt());
    assertTrue(cluster.get("Pod", "a").isPresent());
  }

  @Test
  void aNamespaceThatIsMissingRefuses() {
    ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, "nowhere", "a");
    byte[] json =
        Json.storable(json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a'}}"));
    CommitResult.Refused refused =
        assertInstanceOf(
            CommitResult.Refused.class, cluster.admitting.commit(new Write.Create(key, json)));
    assertEquals("namespaces \"nowhere\" not found", refused.failure().message());
  }
}

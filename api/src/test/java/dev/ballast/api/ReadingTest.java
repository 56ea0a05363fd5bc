package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists, pages, and the forms in which objects are answered. */
class ReadingTest {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

  private TestCluster cluster;
  private TestClient client;

  @BeforeEach
  void start() {
    cluster = new TestCluster();
    client = new TestClient(cluster);
    for (String name : List.of("a", "b", "c")) {
      client.post(MAPS, TestClient.configMap(name, "tier", name.equals("c") ? "y" : "x"));
    }
  }

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  private static List<String> names(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
    return names;
  }

  @Test
  void listsInPagesOfOneState() {
    JsonNode first = client.get(MAPS + "?limit=2").json();
    assertEquals("ConfigMapList", first.path("kind").asText());
    assertEquals(List.of("a", "b"), names(first));
    assertEquals(2, first.at("/metadata/remainingItemCount").asInt());
    client.delete(MAPS + "/c");
    String token = first.at("/metadata/continue").asText();
    JsonNode second = client.get(MAPS + "?limit=2&continue=" + token).json();
    assertEquals(List.of("c", "kube-root-ca.crt"), names(second), "as it was at the first page");
    assertEquals(first.at("/metadata/resourceVersion"), second.at("/metadata/resourceVersion"));
    assertTrue(second.at("/metadata/continue").isMissingNode());
    cluster.store.compact(cluster.store.revision());
    TestClient.Answer late = client.get(MAPS + "?limit=2&continue=" + token);
    assertEquals(410, late.code());
    assertEquals("Expired", late.json().path("reason").asText());
  }

  @Test
  void listsManyMegabytes() {
    String filling = "x".repeat(900_000);
    for (int i = 0; i < 8; i++) {
      String body = "{\"metadata\":{\"name\":\"big%d\"},\"data\":{\"a\":\"%s\"}}";
      assertEquals(201, client.post(MAPS, body.formatted(i, filling)).code());
    }
    JsonNode list = client.get(MAPS).json();
    assertEquals(12, list.path("items").size());
    list.path("items")
        .forEach(
            map ->
                assertTrue(
                    map.path("data").isMissingNode()
                        || map.at("/metadata/name").asText().equals("kube-root-ca.crt")
                        || map.at("/data/a").asText().length() == 900_000));
  }

  @Test
  void selects() {
    assertEquals(List.of("a", "b"), names(client.get(MAPS + "?labelSelector=tier%3Dx").json()));
    assertEquals(List.of("c"), names(client.get(MAPS + "?labelSelector=tier in (y,z)").json()));
    assertEquals(List.of("b"), names(client.get(MAPS + "?fieldSelector=metadata.name=b").json()));
    JsonNode some = client.get(MAPS + "?limit=1&labelSelector=tier=x").json();
    assertTrue(some.at("/metadata/remainingItemCount").isMissingNode(), "not told of a selection");
  }

  @Test
  void honoursVersions() {
    long now = cluster.store.revision();
    assertEquals(200, client.get(MAPS + "?resourceVersion=0").code());
    assertEquals(200, client.get(MAPS + "?resourceVersion=2").code());
    String exact = MAPS + "?resourceVersionMatch=Exact&resourceVersion=";
    assertEquals(200, client.get(exact + now).code());
    JsonNode before = client.get(exact + (now - 1)).json();
    assertEquals(now - 1, before.at("/metadata/resourceVersion").asLong());
    List<String> then = names(before);
    assertFalse(then.contains("c"), "made later: " + then);
    assertTrue(then.containsAll(List.of("a", "b")), then.toString());
    assertEquals(1, client.get(exact + (now - 1) + "&limit=1").json().path("items").size());
    cluster.store.compact(now);
    TestClient.Answer expired = client.get(exact + (now - 1));
    assertEquals(410, expired.code());
    assertEquals("Expired", expired.json().path("reason").asText());
  }

  @Test
  void answersTables() {
    JsonNode table = client.get(MAPS, "Accept", TABLE).json();
    assertEquals("Table", table.path("kind").asText());
    assertEquals("meta.k8s.io/v1", table.path("apiVersion").asText());
    assertEquals("Name", table.at("/columnDefinitions/0/name").asText());
    assertEquals("a", table.at("/rows/0/cells/0").asText());
    JsonNode object = table.at("/rows/0/object");
    assertEquals("PartialObjectMetadata", object.path("kind").asText());
    assertEquals("a", object.at("/metadata/name").asText());
    assertFalse(object.has("data"));
    JsonNode whole = client.get(MAPS + "?includeObject=Object", "Accept", TABLE).json();
    assertEquals("ConfigMap", whole.at("/rows/0/object/kind").asText());
    JsonNode none = client.get(MAPS + "?includeObject=None", "Accept", TABLE).json();
    assertTrue(none.at("/rows/0/object").isNull());
    JsonNode one = client.get(MAPS + "/b", "Accept", TABLE).json();
    assertEquals("b", one.at("/rows/0/cells/0").asText());
    assertEquals(400, client.get(MAPS + "?includeObject=All", "Accept", TABLE).code());
  }

  @Test
  void answersMetadataAlone() {
    String accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    JsonNode list = client.get(MAPS, "Accept", accept).json();
    assertEquals("PartialObjectMetadataList", list.path("kind").asText());
    assertEquals(List.of("a", "b", "c", "kube-root-ca.crt"), names(list));
    assertFalse(list.at("/items/0").has("data"));
  }

  @Test
  void answersYaml() {
    TestClient.Answer answer = client.get(MAPS + "/a", "Accept", "application/yaml");
    assertEquals("application/yaml", answer.contentType());
    assertTrue(answer.text().startsWith("apiVersion: v1\nkind: ConfigMap\n"), answer.text());
  }

  @Test
  void takesYamlWithAnchorsAndMerges() {
    String yaml =
        """
        metadata:
          name: yaml
        data: {<<: {a: "1", b: "2"}, b: "3", time: 22:22, on: "yes"}
        """;
    TestClient.Answer answer = client.send(MAPS, "POST", yaml, "Content-Type", "application/yaml");
    assertEquals(201, answer.code(), answer.text());
    assertEquals("1", answer.json().at("/data/a").asText());
    assertEquals("3", answer.json().at("/data/b").asText());
    assertEquals("22:22", answer.json().at("/data/time").asText());
  }

  @Test
  void answersHeadWithoutBody() {
    TestClient.Answer answer = client.send(MAPS, "HEAD", null);
    assertEquals(200, answer.code());
    assertEquals(0, answer.body().length);
    assertTrue(answer.response().headers().firstValueAsLong("Content-Length").orElse(0) > 0);
  }

  @Test
  void deletesCollections() {
    TestClient.Answer answer = client.delete(MAPS + "?labelSelector=tier%3Dx");
    assertEquals(List.of("a", "b"), names(answer.json()));
    assertEquals(List.of("c", "kube-root-ca.crt"), names(client.get(MAPS).json()));
    JsonNode status = client.delete(MAPS + "/c").json();
    assertEquals("Success", status.path("status").asText());
    assertEquals("configmaps", status.at("/details/kind").asText());
  }

  @Test
  void countsRequests() {
    client.get("/api/v1/namespaces/default/pods/none");
    client.get("/api/v1/inventions/" + "x".repeat(20));
    var counts = cluster.figures.counts;
    assertTrue(
        counts.keySet().stream()
            .anyMatch(key -> key.contains("LIST") || key.contains("POST, group, , version, v1")),
        counts.toString());
    assertTrue(counts.keySet().stream().noneMatch(key -> key.contains("inventions")));
  }
}

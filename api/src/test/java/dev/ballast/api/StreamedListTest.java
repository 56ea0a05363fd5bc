package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists without a limit of more objects than are held at once. */
class StreamedListTest {

  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
  private static final int MANY = 1_250;

  private final List<String> expected =
      IntStream.range(0, MANY).mapToObj("lease-%05d"::formatted).toList();
  private TestCluster cluster;
  private TestClient client;

  @BeforeEach
  void start() {
    cluster = new TestCluster();
    client = new TestClient(cluster);
    List<Write> writes = new ArrayList<>();
    for (String name : expected) {
      var lease = Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
      lease.putObject("metadata").put("name", name).put("namespace", "default").put("uid", name);
      lease.putObject("spec").put("holderIdentity", "x".repeat(2_000));
      writes.add(
          new Write.Create(
              new ObjectKey(ResourceType.LEASES, "default", name), Json.storable(lease)));
    }
    cluster.store.commit(writes);
  }

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  private static List<String> names(JsonNode items, String at) {
    List<String> names = new ArrayList<>();
    items.forEach(item -> names.add(item.at(at).asText()));
    return names;
  }

  @Test
  void aListComesWholeInItsOrderAtOneRevision() {
    long revision = cluster.store.revision();
    TestClient.Answer answer = client.get(LEASES);
    assertEquals(200, answer.code());
    assertFalse(answer.response().headers().firstValue("Content-Length").isPresent());
    JsonNode list = answer.json();
    assertEquals("LeaseList", list.path("kind").asText());
    assertEquals(Long.toString(revision), list.at("/metadata/resourceVersion").asText());
    assertTrue(list.at("/metadata/continue").isMissingNode());
    assertEquals(expected, names(list.path("items"), "/metadata/name"));
  }

  @Test
  void aTableAndMetadataDoToo() {
    JsonNode table =
        client.get(LEASES, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").json();
    assertEquals(expected, names(table.path("rows"), "/object/metadata/name"));
    JsonNode metadata =
        client
            .get(
                LEASES,
                "Accept",
                "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")
            .json();
    assertEquals(expected, names(metadata.path("items"), "/metadata/name"));
  }

  @Test
  void aWatchTellsAllOfThemFirst() {
    String path =
        LEASES
            + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
            + "&allowWatchBookmarks=true";
    try (EventReader watch = client.watch(path)) {
      assertEquals(expected.stream().map(name -> "ADDED " + name).toList(), watch.next(MANY));
      JsonNode bookmark = watch.next();
      assertEquals("BOOKMARK", bookmark.path("type").asText());
      client.delete(LEASES + "/lease-00007");
      assertEquals(List.of("DELETED lease-00007"), watch.next(1));
    }
  }
}

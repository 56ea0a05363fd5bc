package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.server.ServerSettings;
import dev.ballast.core.resource.Json;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a watcher sees, and what it does not cost the others. */
class WatchTest {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String NOT_ROOT = "&fieldSelector=metadata.name!=kube-root-ca.crt";

  private TestCluster cluster;
  private TestClient client;

  @BeforeEach
  void start() {
    cluster = new TestCluster();
    client = new TestClient(cluster);
  }

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  private JsonNode create(String name, String... labels) {
    TestClient.Answer answer = client.post(MAPS, TestClient.configMap(name, labels));
    assertEquals(201, answer.code(), answer.text());
    return answer.json();
  }

  private void label(String name, String label) {
    String patch = "{\"metadata\":{\"labels\":{\"tier\":" + label + "}}}";
    assertEquals(200, client.patch(MAPS + "/" + name, "merge-patch", patch).code());
  }

  private static long version(JsonNode object) {
    return object.at("/metadata/resourceVersion").asLong();
  }

  @Test
  void beginsWithWhatIsThereWhenNoVersionIsGiven() {
    create("a");
    for (String from : List.of("", "&resourceVersion=0")) {
      try (EventReader watch = client.watch(MAPS + "?watch=true" + NOT_ROOT + from)) {
        assertEquals(List.of("ADDED a"), watch.next(1));
        label("a", "\"x" + from.length() + "\"");
        assertEquals(List.of("MODIFIED a"), watch.next(1));
      }
    }
  }

  @Test
  void tellsEverythingAfterAVersionAndNothingBefore() {
    create("a");
    long from = version(create("b"));
    create("c");
    try (EventReader watch = client.watch(MAPS + "?watch=1&resourceVersion=" + from)) {
      assertEquals(List.of("ADDED c"), watch.next(1));
      label("a", "\"x\"");
      client.delete(MAPS + "/b");
      assertEquals("MODIFIED a", watch.next(1).getFirst());
      JsonNode deleted = watch.next();
      assertEquals("DELETED", deleted.path("type").asText());
      assertEquals(cluster.store.revision(), version(deleted.path("object")));
    }
  }

  @Test
  void treatsTheSelectorAsTheWatchersWorld() {
    create("a", "tier", "x");
    create("b", "tier", "y");
    long from = cluster.store.revision();
    String path = MAPS + "?watch=true&labelSelector=tier=x&resourceVersion=" + from;
    try (EventReader watch = client.watch(path)) {
      label("a", "\"y\"");
      JsonNode left = watch.next();
      assertEquals("DELETED", left.path("type").asText());
      assertEquals("x", left.at("/object/metadata/labels/tier").asText(), "what it was");
      assertEquals(cluster.store.revision(), version(left.path("object")));
      label("b", "\"z\"");
      client.delete(MAPS + "/a");
      label("b", "\"x\"");
      assertEquals("ADDED b", watch.next(1).getFirst());
      client.patch(MAPS + "/b", "merge-patch", "{\"data\":{\"k\":\"v\"}}");
      assertEquals("MODIFIED b", watch.next(1).getFirst());
      client.delete(MAPS + "/b");
      assertEquals("DELETED b", watch.next(1).getFirst());
    }
  }

  @Test
  void streamsAListAndMarksItsEnd() {
    create("a");
    create("b");
    String path =
        MAPS
            + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
            + "&allowWatchBookmarks=true"
            + NOT_ROOT;
    try (EventReader watch = client.watch(path)) {
      assertEquals(List.of("ADDED a", "ADDED b"), watch.next(2));
      JsonNode bookmark = watch.next();
      assertEquals("BOOKMARK", bookmark.path("type").asText());
      assertEquals("ConfigMap", bookmark.at("/object/kind").asText());
      assertEquals(
          "true",
          bookmark.at("/object/metadata/annotations").path("k8s.io/initial-events-end").asText());
      assertEquals(cluster.store.revision(), version(bookmark.path("object")));
      create("c");
      assertEquals(List.of("ADDED c"), watch.next(1));
    }
  }

  @Test
  void endsAfterTheTimeAskedForWithABookmark() {
    String path = MAPS + "?watch=true&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=";
    create("a");
    long now = cluster.store.revision();
    try (EventReader watch = client.watch(path + now)) {
      JsonNode bookmark = watch.next();
      assertEquals("BOOKMARK", bookmark.path("type").asText());
      assertEquals(now, version(bookmark.path("object")));
      assertTrue(watch.ended());
    }
    try (EventReader watch =
        client.watch(MAPS + "?watch=true&timeoutSeconds=1&resourceVersion=" + now)) {
      assertTrue(watch.ended(), "no bookmark unless asked for");
    }
  }

  @Test
  void saysGoneWhenHistoryIs() {
    create("a");
    create("b");
    cluster.store.compact(cluster.store.revision());
    try (EventReader watch = client.watch(MAPS + "?watch=true&resourceVersion=2")) {
      JsonNode error = watch.next();
      assertEquals("ERROR", error.path("type").asText());
      assertEquals(410, error.at("/object/code").asInt());
      assertEquals("Expired", error.at("/object/reason").asText());
      assertTrue(error.at("/object/message").asText().startsWith("too old resource version: 2 ("));
      assertTrue(watch.ended());
    }
  }

  @Test
  void sendsRowsToThoseWhoWantTables() {
    create("a");
    String accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    try (EventReader watch = client.watch(MAPS + "?watch=true" + NOT_ROOT, "Accept", accept)) {
      JsonNode first = watch.next();
      assertEquals("Table", first.at("/object/kind").asText());
      assertEquals("Name", first.at("/object/columnDefinitions/0/name").asText());
      assertEquals("a", first.at("/object/rows/0/cells/0").asText());
      assertEquals("a", first.at("/object/rows/0/object/metadata/name").asText());
      create("b");
      JsonNode second = watch.next();
      assertEquals(0, second.at("/object/columnDefinitions").size(), "told once");
      assertEquals("b", second.at("/object/rows/0/cells/0").asText());
    }
  }

  @Test
  void speaksWebSocketOneTextFrameAnEvent() throws Exception {
    create("a");
    BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    List<CharSequence> pieces = new ArrayList<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            pieces.add(data.toString());
            if (last) {
              frames.add(String.join("", pieces));
              pieces.clear();
            }
            socket.request(1);
            return null;
          }
        };
    String uri = cluster.server.url().replace("http", "ws") + MAPS + "?watch=true" + NOT_ROOT;
    WebSocket socket =
        client
            .http
            .newWebSocketBuilder()
            .header("Authorization", "Bearer " + TestCluster.TOKEN)
            .buildAsync(URI.create(uri), listener)
            .get(15, TimeUnit.SECONDS);
    create("b");
    for (String name : List.of("a", "b")) {
      JsonNode event = Json.MAPPER.readTree(frames.poll(15, TimeUnit.SECONDS));
      assertEquals("ADDED", event.path("type").asText());
      assertEquals(name, event.at("/object/metadata/name").asText());
    }
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(15, TimeUnit.SECONDS);
    Awaitility.await().until(() -> cluster.clientWatches() == 0);
  }

  @Test
  void forgetsAWatcherThatWentAway() {
    try (EventReader watch = client.watch(MAPS + "?watch=true" + NOT_ROOT)) {
      create("a");
      assertEquals(List.of("ADDED a"), watch.next(1));
      assertEquals(1, cluster.clientWatches());
    }
    Awaitility.await().until(() -> cluster.clientWatches() == 0);
  }

  private static String megabyte(String name) {
    return "{\"metadata\":{\"name\":\"%s\"},\"data\":{\"a\":\"%s\"}}"
        .formatted(name, "x".repeat(1_000_000));
  }

  /** Three hundred of them would hold a megabyte each, were it not for the bound on the sum. */
  @Test
  void manyWatchersThatDoNotReadHoldLittleTogether() throws Exception {
    long bound = 8 << 20;
    List<Socket> dead = new ArrayList<>();
    try (TestCluster small =
            new TestCluster(new ServerSettings("127.0.0.1", 0, "", "", bound), "", List.of());
        TestClient own = new TestClient(small)) {
      String head =
          "GET %s?watch=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(MAPS, TestCluster.TOKEN);
      for (int i = 0; i < 300; i++) {
        Socket socket = new Socket();
        dead.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", small.server.port()), 15_000);
        socket.getOutputStream().write(head.getBytes());
      }
      Awaitility.await().until(() -> small.clientWatches() == 300);
      for (int i = 0; i < 12; i++) {
        assertEquals(201, own.post(MAPS, megabyte("m" + i)).code());
      }
      Awaitility.await().until(() -> small.clientWatches() <= 1 + bound / 1_000_000);
      double held = small.figures.gauges.get("ballast_watch_unsent_bytes").getAsDouble();
      assertTrue(held <= bound, held + " bytes are held");
      assertTrue(small.figures.counts.get("ballast_watches_cut_total[]") >= 290);
      // those that are left hold all there is: whoever reads is not the one to go
      String now = own.get(MAPS + "?limit=1").json().at("/metadata/resourceVersion").asText();
      try (EventReader live = own.watch(MAPS + "?watch=true&resourceVersion=" + now + NOT_ROOT)) {
        for (int i = 12; i < 20; i++) {
          assertEquals(201, own.post(MAPS, megabyte("m" + i)).code());
          assertEquals("ADDED m" + i, live.next(1).getFirst());
        }
      }
    } finally {
      for (Socket socket : dead) {
        socket.close();
      }
    }
  }

  /** Its socket's buffers are full and it never reads again: nobody else may notice. */
  @Test
  void isNotHeldUpByAWatcherThatDoesNotRead() throws Exception {
    try (Socket dead = new Socket()) {
      dead.setReceiveBufferSize(4096);
      dead.connect(new InetSocketAddress("127.0.0.1", cluster.server.port()), 15_000);
      String head =
          "GET %s?watch=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(MAPS, TestCluster.TOKEN);
      dead.getOutputStream().write(head.getBytes());
      Awaitility.await().until(() -> cluster.clientWatches() == 1);
      try (EventReader live = client.watch(MAPS + "?watch=true" + NOT_ROOT)) {
        String filling = "x".repeat(500_000);
        for (int i = 0; i < 30; i++) {
          String body =
              "{\"metadata\":{\"name\":\"m%d\"},\"data\":{\"a\":\"%s\"}}".formatted(i, filling);
          assertEquals(201, client.post(MAPS, body).code());
          assertEquals("ADDED m" + i, live.next(1).getFirst());
        }
      }
      assertFalse(dead.isClosed());
    }
    Awaitility.await().until(() -> cluster.clientWatches() == 0);
  }
}

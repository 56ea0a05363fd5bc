package dev.ballast.api.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs and the proxies, from an HTTP client to a node's agent and back, over real links. */
class ProxyAndLogTest {

  private static final String BASE = "/api/v1/namespaces/default/";

  @TempDir Path directory;

  private final ScriptedNode node = new ScriptedNode();
  private StreamFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new StreamFixture(directory);
    fixture.putPod(
        "web",
        "n1",
        "{'name':'main','ports':[{'name':'http','containerPort':8080},"
            + "{'name':'admin','containerPort':9090}]}");
    fixture.putPod("many", "n1", "{'name':'main'},{'name':'broken'},{'name':'young'}");
    fixture.putPod("unbound", "", "{'name':'main'}");
    var agent = fixture.agent("n1", node);
    await().until(agent::isConnected);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return fixture.http.send(fixture.request(BASE + path).build(), BodyHandlers.ofString());
  }

  @Test
  void logsComeAsText() throws Exception {
    HttpResponse<String> answer =
        get(
            "pods/web/log?container=main&timestamps=true&tailLines=5&sinceSeconds=60"
                + "&limitBytes=9&previous=false");
    assertEquals(200, answer.statusCode());
    assertEquals("first\nlast\n", answer.body());
    assertEquals("text/plain", answer.headers().firstValue("Content-Type").orElseThrow());
    assertEquals(
        new StreamRequest.Logs(
            "default", "web", "uid-web", "main", false, false, true, 5, 60, "", 9),
        node.requests.poll());
  }

  @Test
  void followedLogsComeAsTheyAreWrittenAndEndWithTheClient() throws Exception {
    HttpResponse<InputStream> answer =
        fixture.http.send(
            fixture.request(BASE + "pods/web/log?follow=true").build(),
            BodyHandlers.ofInputStream());
    assertArrayEquals("first\n".getBytes(), answer.body().readNBytes(6));
    assertEquals(1, node.running.get());
    answer.body().close();
    await().until(() -> node.running.get() == 0);
  }

  @Test
  void anUnboundPodHasAnEmptyLog() throws Exception {
    assertEquals("", get("pods/unbound/log").body());
  }

  @Test
  void aSlowReaderHoldsTheNodeBack() throws Exception {
    long size = 64L << 20;
    HttpResponse<InputStream> answer =
        fixture.http.send(
            fixture
                .request(BASE + "pods/web/log?tailLines=" + size + "&limitBytes=" + size)
                .build(),
            BodyHandlers.ofInputStream());
    long[] last = {-1};
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              long now = node.sentBytes.get();
              boolean still = now > 0 && now == last[0];
              last[0] = now;
              return still;
            });
    assertTrue(last[0] < size / 2, last[0] + " bytes went to a client that does not read");
    byte[] all = answer.body().readAllBytes();
    assertEquals(size, all.length);
    for (int i = 0; i < all.length; i += 512) {
      assertEquals((byte) (i >> 9), all[i]);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "pods/nil/log | 404 | pods \"nil\" not found",
        "pods/many/log | 400 | a container name must be specified for pod many, choose one of:"
            + " [main broken young]",
        "pods/many/log?container=x | 400 | container x is not valid for pod many",
        "pods/many/log?container=young | 400 | container \"young\" in pod \"many\" is waiting to"
            + " start: ContainerCreating",
        "pods/many/log?container=broken | 400 | rotated away",
        "pods/web/log?previous=true | 400 | previous terminated container \"main\" in pod \"web\""
            + " not found",
        "pods/web/log?tailLines=-1 | 422 | PodLogOptions \"web\" is invalid: tailLines: Invalid"
            + " value: -1: must be greater than or equal to 0",
        "pods/web/log?sinceSeconds=0 | 422 | sinceSeconds: Invalid value: 0: must be greater than",
        "pods/web/log?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z | 422 | at most one of",
        "pods/web/log?limitBytes=x | 400 | invalid syntax",
        "pods/web/log?sinceTime=yesterday | 400 | no RFC 3339 time",
        "services/nil/proxy/ | 404 | services \"nil\" not found",
        "services/idle/proxy/ | 503 | no endpoints available for service \"idle\"",
        "services/idle:81/proxy/ | 503 | no service port 81 found for service \"idle\"",
        "services/a:b:c:d/proxy/ | 400 | invalid service request \"a:b:c:d\"",
        "pods/unbound/proxy/ | 400 | pod unbound does not have a host assigned",
        "pods/web/proxy/refused | 503 | error trying to reach service: connection refused",
      })
  void refusalsAreThoseOfKubernetes(String path, int code, String message) throws Exception {
    service("idle", "'endpoints':[]");
    HttpResponse<String> answer = get(path);
    assertEquals(code, answer.statusCode(), answer.body());
    String told =
        Json.parse(answer.body().getBytes(StandardCharsets.UTF_8)).path("message").asText();
    assertTrue(told.contains(message), told);
  }

  @Test
  void aPodIsReachedWithAnyMethodAndBody() throws Exception {
    HttpRequest request =
        fixture
            .request(BASE + "pods/http:web:admin/proxy/a%20b/c?q=1%2F2")
            .header("X-Mine", "1")
            .method("PATCH", BodyPublishers.ofString("the body"))
            .build();
    HttpResponse<String> answer = fixture.http.send(request, BodyHandlers.ofString());
    assertEquals(200, answer.statusCode());
    assertEquals("PATCH http 9090 /a%20b/c?q=1%2F2\nthe body", answer.body());
    assertEquals("text/echo", answer.headers().firstValue("Content-Type").orElseThrow());
    assertEquals(List.of("a", "b"), answer.headers().allValues("X-Two"));
    assertEquals(List.of(), answer.headers().allValues("X-Hop"));
    var asked = assertInstanceOf(StreamRequest.Http.class, node.requests.poll());
    Map<String, List<String>> sent = asked.headers();
    assertEquals(List.of("1"), sent.get("X-Mine"));
    assertFalse(sent.keySet().stream().anyMatch(name -> name.equalsIgnoreCase("authorization")));
  }

  @Test
  void aLargeBodyGoesBothWays() throws Exception {
    byte[] body = new byte[20_000_000];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31);
    }
    HttpResponse<byte[]> answer =
        fixture.http.send(
            fixture
                .request(BASE + "pods/web:8080/proxy/")
                .POST(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofByteArray());
    byte[] line = "POST http 8080 /\n".getBytes();
    assertEquals(line.length + body.length, answer.body().length);
    for (int i = 0; i < body.length; i += 997) {
      assertEquals(body[i], answer.body()[line.length + i]);
    }
  }

  @Test
  void halfAnAnswerIsNotTakenForAWholeOne() throws Exception {
    HttpResponse<String> whole = get("pods/web/proxy/sized");
    assertEquals("GET http 8080 /sized\n", whole.body());
    assertEquals("21", whole.headers().firstValue("Content-Length").orElseThrow());
    assertThrows(IOException.class, () -> get("pods/web/proxy/short"));
  }

  @Test
  void redirectsLeadBackThroughTheProxy() throws Exception {
    HttpResponse<String> bare = get("pods/web/proxy?x=1");
    assertEquals(301, bare.statusCode());
    assertEquals(BASE + "pods/web/proxy/?x=1", bare.headers().firstValue("Location").orElseThrow());
    HttpResponse<String> moved = get("pods/web/proxy/moved");
    assertEquals(302, moved.statusCode());
    assertEquals(
        BASE + "pods/web/proxy/else?where", moved.headers().firstValue("Location").orElseThrow());
  }

  @Test
  void aServiceIsServedByItsReadyPods() throws Exception {
    fixture.putPod("other", "n1", "{'name':'main'}");
    service(
        "shop",
        "'endpoints':["
            + endpoint("web", true)
            + ","
            + endpoint("other", true)
            + ","
            + endpoint("unbound", true)
            + ","
            + endpoint("gone", true)
            + ","
            + endpoint("many", false)
            + "]");
    for (String path :
        List.of("services/shop/proxy/x", "services/shop:80/proxy/x", "services/shop:web/proxy/x")) {
      for (int i = 0; i < 8; i++) {
        assertEquals("GET http 8080 /x\n", get(path).body());
      }
    }
    assertEquals("GET https 8080 /x\n", get("services/https:shop:80/proxy/x").body());
    List<String> pods =
        node.requests.stream()
            .map(request -> ((StreamRequest.Http) request).pod())
            .distinct()
            .sorted()
            .toList();
    assertEquals(List.of("other", "web"), pods);
  }

  private void service(String name, String endpoints) {
    fixture.put(
        ResourceType.SERVICES,
        name,
        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'"
            + name
            + "','namespace':'default'},'spec':{'ports':[{'name':'web','port':80,"
            + "'targetPort':8080}]}}");
    fixture.put(
        ResourceType.ENDPOINT_SLICES,
        name + "-1",
        "{'apiVersion':'discovery.k8s.io/v1','kind':'EndpointSlice','metadata':{'name':'"
            + name
            + "-1','namespace':'default','labels':{'kubernetes.io/service-name':'"
            + name
            + "'}},'ports':[{'name':'web','port':8080,'protocol':'TCP'}],"
            + endpoints
            + "}");
  }

  private static String endpoint(String pod, boolean ready) {
    return "{'addresses':['10.0.0.1'],'conditions':{'ready':"
        + ready
        + "},'targetRef':{'kind':'Pod','name':'"
        + pod
        + "'}}";
  }
}

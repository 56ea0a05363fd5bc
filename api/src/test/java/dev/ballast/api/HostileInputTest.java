package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Input that nobody means well with: refused, nothing stored, nothing of the inside told. */
class HostileInputTest {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private static TestCluster cluster;
  private static TestClient client;

  @BeforeAll
  static void start() {
    cluster = new TestCluster();
    client = new TestClient(cluster);
    client.post(MAPS, TestClient.configMap("there"));
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  private record Bad(String what, String contentType, byte[] body) {
    Bad(String what, String contentType, String body) {
      this(what, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
      return what;
    }
  }

  private static Stream<Bad> bodies() {
    String json = "application/json";
    String yaml = "application/yaml";
    return Stream.of(
        new Bad("nothing", json, ""),
        new Bad("blank", json, "  \n "),
        new Bad("cut off", json, "{\"metadata\":{\"name\":\"x\""),
        new Bad("two documents", json, "{\"metadata\":{\"name\":\"x\"}} {}"),
        new Bad("comments", json, "{/*x*/\"metadata\":{\"name\":\"x\"}}"),
        new Bad("deep lists", json, "[".repeat(100_000)),
        new Bad("deep objects", json, "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000)),
        new Bad("a raw NUL", json, "{\"metadata\":{\"name\":\"x\0\"}}"),
        new Bad("an escaped NUL in a name", json, "{\"metadata\":{\"name\":\"x\\u0000\"}}"),
        new Bad("not a number", json, "{\"metadata\":{\"name\":NaN}}"),
        new Bad("a huge number", json, "{\"metadata\":{\"name\":" + "9".repeat(5000) + "}}"),
        new Bad("half a surrogate", json, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}),
        new Bad("UTF-16", json, NAMED.getBytes(StandardCharsets.UTF_16)),
        new Bad("UTF-32", json, NAMED.getBytes(Charset.forName("UTF-32"))),
        new Bad("UTF-16 YAML", yaml, NAMED.getBytes(StandardCharsets.UTF_16)),
        new Bad("an overlong slash", json, overlong()),
        new Bad("a text often repeated", yaml, manyTexts()),
        new Bad("a number for a name", json, "{\"metadata\":{\"name\":7}}"),
        new Bad("a list for metadata", json, "{\"metadata\":[]}"),
        new Bad("text for data", json, "{\"metadata\":{\"name\":\"x\"},\"data\":\"y\"}"),
        new Bad("a path for a name", json, "{\"metadata\":{\"name\":\"../../etc\"}}"),
        new Bad("a long name", json, "{\"metadata\":{\"name\":\"" + "x".repeat(254) + "\"}}"),
        new Bad("a bad label", json, "{\"metadata\":{\"name\":\"x\",\"labels\":{\"a b\":\"c\"}}}"),
        new Bad("billion laughs", yaml, laughs()),
        new Bad("many aliases", yaml, manyAliases()),
        new Bad("an anchor in itself", yaml, "&a [*a]"),
        new Bad("a Java object", yaml, "!!javax.script.ScriptEngineManager [!!java.net.URL [x]]"),
        new Bad("a bad tab", yaml, "metadata:\n\tname: x"),
        new Bad("an unclosed quote", yaml, "metadata: {name: \"x}"),
        new Bad("deep YAML", yaml, "[".repeat(5_000)),
        new Bad("two YAML documents", yaml, "metadata: {name: x}\n---\nmetadata: {name: y}"),
        new Bad("infinity", yaml, "metadata: {name: x}\ndata: {a: .inf}"),
        new Bad("a list as key", yaml, "? [a, b]\n: c"));
  }

  private static final String NAMED = "{\"metadata\":{\"name\":\"x\"}}";

  /** Two bytes that a careless reader takes for one slash. */
  private static byte[] overlong() {
    byte[] body = "{\"metadata\":{\"name\":\"x\"},\"data\":{\"a\":\"??\"}}".getBytes();
    int at = new String(body).indexOf('?');
    body[at] = (byte) 0xc0;
    body[at + 1] = (byte) 0xaf;
    return body;
  }

  /** One long scalar, a thousand times: aliases of scalars are not the parser's to count. */
  private static String manyTexts() {
    return "metadata: {name: x}\nq: &a "
        + "x".repeat(100_000)
        + "\nw: ["
        + "*a,".repeat(1000)
        + "*a]\n";
  }

  private static String laughs() {
    StringBuilder text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
      String last = "*a" + (i - 1);
      text.append("a%d: &a%d [%s]\n".formatted(i, i, (last + ",").repeat(8) + last));
    }
    return text.toString();
  }

  /** Stays under the parser's own limit of aliases and doubles with each. */
  private static String manyAliases() {
    StringBuilder text = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 40; i++) {
      text.append("a%d: &a%d [*a%d,*a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void isRefused(Bad bad) {
    long before = cluster.store.revision();
    for (String method : new String[] {"POST", "PUT"}) {
      String path = method.equals("POST") ? MAPS : MAPS + "/there";
      var answer = client.sendBytes(path, method, bad.body(), "Content-Type", bad.contentType());
      assertRefused(answer);
    }
    assertEquals(before, cluster.store.revision());
  }

  private static Stream<Map.Entry<String, String>> patches() {
    Map<String, String> patches = new TreeMap<>();
    patches.put("json-patch [", "[");
    patches.put("json-patch {}", "{}");
    patches.put("json-patch unknown operation", "[{\"op\":\"burn\",\"path\":\"/data\"}]");
    patches.put("json-patch no path", "[{\"op\":\"remove\"}]");
    patches.put("json-patch nothing there", "[{\"op\":\"remove\",\"path\":\"/data/a/b\"}]");
    patches.put("json-patch test fails", "[{\"op\":\"test\",\"path\":\"/kind\",\"value\":1}]");
    patches.put("merge-patch cut", "{\"data\":");
    patches.put("merge-patch list", "[]");
    patches.put("merge-patch wrong type", "{\"data\":7}");
    patches.put("strategic-merge-patch list", "[]");
    patches.put("strategic-merge-patch directive", "{\"data\":{\"$patch\":\"explode\"}}");
    return patches.entrySet().stream();
  }

  @ParameterizedTest
  @MethodSource("patches")
  void brokenPatchIsRefused(Map.Entry<String, String> patch) {
    long before = cluster.store.revision();
    String type = patch.getKey().split(" ")[0];
    assertRefused(client.patch(MAPS + "/there", type, patch.getValue()));
    assertEquals(before, cluster.store.revision());
  }

  private static void assertRefused(TestClient.Answer answer) {
    assertTrue(answer.code() >= 400 && answer.code() < 500, answer.code() + " " + answer.text());
    assertEquals("Failure", answer.json().path("status").asText(), answer.text());
    assertFalse(answer.json().path("message").asText().isBlank());
    for (String inside :
        new String[] {"dev.ballast", "java.lang", "fasterxml", "\tat ", "snakeyaml"}) {
      assertFalse(answer.text().contains(inside), answer.text());
    }
  }

  @Test
  void bodyOverTheLimitIsRefused() {
    String body =
        "{\"metadata\":{\"name\":\"big\"},\"data\":{\"a\":\"%s\"}}"
            .formatted("x".repeat(3 * 1024 * 1024));
    TestClient.Answer answer = client.post(MAPS, body);
    assertEquals(413, answer.code(), answer.text());
    assertEquals("RequestEntityTooLarge", answer.json().path("reason").asText());
    assertEquals(200, client.get(MAPS).code(), "the client can go on");
  }

  @Test
  void endlessBodyIsCutOff() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", cluster.server.port())) {
      socket.setSoTimeout(20_000);
      var out = socket.getOutputStream();
      out.write(
          ("POST "
                  + MAPS
                  + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                  + "Authorization: Bearer "
                  + TestCluster.TOKEN
                  + "\r\n\r\n")
              .getBytes());
      byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes();
      Thread.startVirtualThread(
          () -> {
            try {
              for (int i = 0; i < 200; i++) {
                out.write(chunk);
              }
            } catch (java.io.IOException cutOff) {
              // as it should be
            }
          });
      byte[] head = socket.getInputStream().readNBytes(12);
      assertEquals("HTTP/1.1 413", new String(head));
    }
  }

  @Test
  void hugeHeadersAreRefused() throws Exception {
    assertEquals(431, raw("GET /version HTTP/1.1\r\nX: " + "x".repeat(100_000) + "\r\n\r\n"));
    assertEquals(414, raw("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n\r\n"));
    assertEquals(400, raw("GET /api/v1/pods?labelSelector=%zz HTTP/1.1\r\nHost: x\r\n\r\n"));
    assertEquals(
        404,
        raw(
            "GET /api/v1/namespaces/%00/pods/%2e%2e HTTP/1.1\r\nHost: x\r\n"
                + "Authorization: Bearer "
                + TestCluster.TOKEN
                + "\r\n\r\n"));
  }

  private static int raw(String request) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", cluster.server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      String head = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
      return Integer.parseInt(head.substring(9));
    }
  }
}

package dev.ballast.api.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.client.Trust;
import dev.ballast.client.tunnel.TunnelAgent;
import dev.ballast.core.identity.NodeToken;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.ResourceType;
import java.io.IOException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tunnel itself: who may hold it, which one wins, what becomes of streams when it breaks. */
class TunnelTest {

  private static final StreamRequest CAT =
      new StreamRequest.Exec(
          "default", "web", "uid", "main", List.of("cat"), true, true, false, false);

  @TempDir Path directory;

  private StreamFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new StreamFixture(directory);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private NodeStream open(String node) {
    return assertInstanceOf(NodeStreams.Opened.Stream.class, fixture.tunnels.open(node, CAT))
        .stream();
  }

  @Test
  void streamsCarryBothWays() {
    await().until(fixture.agent("n1", new ScriptedNode())::isConnected);
    try (NodeStream stream = open("n1")) {
      assertTrue(stream.send(Frame.text(Frame.STDIN, "a")));
      assertEquals("a", new String(stream.receive().orElseThrow().data()));
      stream.send(new Frame(Frame.CLOSE, new byte[] {0}));
      assertEquals(Frame.ERROR, stream.receive().orElseThrow().channel());
      assertEquals(Optional.empty(), stream.receive());
      assertEquals(Optional.empty(), stream.receive());
    }
  }

  @Test
  void withoutATunnelItSaysSo() {
    var failure =
        assertInstanceOf(NodeStreams.Opened.Failed.class, fixture.tunnels.open("nowhere", CAT))
            .failure();
    assertEquals(500, failure.code());
    assertTrue(failure.message().startsWith("error dialing backend: node \"nowhere\""));
  }

  @Test
  void theNewestTunnelOfANodeWins() {
    ScriptedNode old = new ScriptedNode();
    ScriptedNode fresh = new ScriptedNode();
    TunnelAgent first = fixture.agent("n1", old);
    await().until(first::isConnected);
    NodeStream before = open("n1");
    TunnelAgent second = fixture.agent("n1", fresh);
    await().until(second::isConnected);
    first.close();
    assertEquals(Optional.empty(), before.receive());
    await()
        .until(
            () -> {
              open("n1").close();
              return !fresh.requests.isEmpty();
            });
  }

  @Test
  void anAgentComesBackWhenItsTunnelBreaks() throws Exception {
    TunnelAgent agent = fixture.agent("n1", new ScriptedNode());
    await().until(agent::isConnected);
    NodeStream lost = open("n1");
    // Another link under the same name pushes the agent's out, and leaves.
    WebSocket intruder =
        fixture
            .client(fixture.identity("n1").token())
            .webSocket(
                fixture.server(),
                "/apis/ballast.dev/v1/nodes/n1/tunnel",
                List.of(),
                new WebSocket.Listener() {})
            .join();
    assertEquals(Optional.empty(), lost.receive());
    intruder.abort();
    await()
        .until(
            () ->
                fixture.tunnels.open("n1", CAT) instanceof NodeStreams.Opened.Stream opened
                    && opened.stream().send(Frame.text(Frame.STDIN, "x")));
  }

  @Test
  void onlyTheNodeItselfMayHoldItsTunnel() {
    fixture.put(
        ResourceType.SERVICE_ACCOUNTS,
        "default",
        "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'default',"
            + "'namespace':'default','uid':'u'}}");
    var answer =
        fixture
            .client(fixture.tokens.admin().token())
            .post(
                "/api/v1/namespaces/default/serviceaccounts/default/token",
                "{\"spec\":{}}".getBytes());
    String token =
        assertInstanceOf(dev.ballast.client.Answer.Done.class, answer)
            .json()
            .at("/status/token")
            .asText();
    assertEquals(403, refusal(token, "/apis/ballast.dev/v1/nodes/n1/tunnel"));
    assertEquals(401, refusal("rubbish", "/apis/ballast.dev/v1/nodes/n1/tunnel"));
    assertEquals(
        403, refusal(fixture.tokens.node().secret(), "/apis/ballast.dev/v1/nodes/n1/tunnel"));
    assertEquals(
        403, refusal(fixture.tokens.admin().token(), "/apis/ballast.dev/v1/nodes/n1/tunnel"));
    String own = fixture.identity("n1").token();
    String other = fixture.identity("n2").token();
    assertEquals(403, refusal(other, "/apis/ballast.dev/v1/nodes/n1/tunnel"));
    assertEquals(403, refusal(other, "/apis/ballast.dev/v1/nodes/n1/tunnel/guessed"));
    assertEquals(404, refusal(own, "/apis/ballast.dev/v1/nodes/n1/tunnel/guessed"));
  }

  private int refusal(String token, String path) {
    CompletionException refused =
        assertThrows(
            CompletionException.class,
            () ->
                fixture
                    .client(token)
                    .webSocket(fixture.server(), path, List.of(), new WebSocket.Listener() {})
                    .join());
    return ((WebSocketHandshakeException) refused.getCause()).getResponse().statusCode();
  }

  @Test
  void aNodeTrustsTheAuthorityThatItsTokenNames() throws Exception {
    String pem = Trust.fetch(List.of(fixture.server()), fixture.tokens.node());
    assertEquals(fixture.authority.certificatePem(), pem);
    IOException foreign =
        assertThrows(
            IOException.class,
            () ->
                Trust.fetch(
                    List.of(fixture.server()),
                    new NodeToken("00".repeat(32), "whatever-secret-it-is")));
    assertTrue(foreign.getMessage().contains("another cluster"), foreign.getMessage());
  }
}

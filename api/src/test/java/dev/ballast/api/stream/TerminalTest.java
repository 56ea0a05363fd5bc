package dev.ballast.api.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.client.tunnel.TunnelAgent;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exec and attach, from a client's WebSocket to a node's agent and back, over real links. */
class TerminalTest {

  private static final String EXEC = "/api/v1/namespaces/default/pods/web/exec?";
  private static final String V4 = "v4.channel.k8s.io";
  private static final String V5 = "v5.channel.k8s.io";

  @TempDir Path directory;

  private final ScriptedNode node = new ScriptedNode();
  private StreamFixture fixture;
  private TunnelAgent agent;

  @BeforeEach
  void start() throws Exception {
    fixture = new StreamFixture(directory);
    fixture.putPod("web", "n1", "{'name':'main'}");
    fixture.putPod("term", "n1", "{'name':'main','tty':true}");
    fixture.putPod("two", "n1", "{'name':'main'},{'name':'side'}");
    fixture.putPod("unbound", "", "{'name':'main'}");
    fixture.putPod("far", "n2", "{'name':'main'}");
    agent = fixture.agent("n1", node);
    await().until(agent::isConnected);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void inputComesBackAndHalfCloseEndsIt() throws Exception {
    Terminal terminal = fixture.terminal(EXEC + "command=cat&stdin=true&stdout=true", V5, V4);
    assertEquals(V5, terminal.subprotocol());
    terminal.send(Frame.STDIN, "hello");
    assertEquals("1:hello", terminal.nextText());
    terminal.send(Frame.CLOSE, new byte[] {Frame.STDIN}).join();
    assertEquals(List.of("3:{\"metadata\":{},\"status\":\"Success\"}"), terminal.rest());
  }

  @Test
  void theFourthVersionKnowsNoHalfClose() throws Exception {
    Terminal terminal = fixture.terminal(EXEC + "command=cat&stdin=1&stdout=1", V4);
    assertEquals(V4, terminal.subprotocol());
    terminal.send(Frame.CLOSE, new byte[] {Frame.STDIN}).join();
    terminal.send(Frame.STDIN, "still open");
    assertEquals("1:still open", terminal.nextText());
    terminal.send(Frame.STDIN, "exit\n");
    assertEquals("1:exit\n", terminal.nextText());
    assertEquals(1, terminal.rest().size());
  }

  @Test
  void onlyChannelsAskedForAreAnswered() throws Exception {
    assertEquals(
        List.of("1:out", "3:{\"metadata\":{},\"status\":\"Success\"}"),
        fixture.terminal(EXEC + "command=both&stdout=true", V5).rest());
    assertEquals(
        List.of("2:err", "3:{\"metadata\":{},\"status\":\"Success\"}"),
        fixture.terminal(EXEC + "command=both&stderr=true", V5).rest());
    assertEquals(
        List.of("1:out", "3:{\"metadata\":{},\"status\":\"Success\"}"),
        fixture.terminal(EXEC + "command=both&stdout=true&stderr=true&tty=true", V5).rest());
  }

  @Test
  void theExitCodeArrives() throws Exception {
    String last =
        fixture.terminal(EXEC + "command=exit&command=3&stdout=true", V5).rest().getLast();
    var status = Json.parse(last.substring(2).getBytes());
    assertEquals("NonZeroExitCode", status.path("reason").asText());
    assertEquals("3", status.at("/details/causes/0/message").asText());
    assertEquals(
        "3:command terminated with non-zero exit code: exit status 3",
        fixture
            .terminal(EXEC + "command=exit&command=3&stdout=true", "channel.k8s.io")
            .rest()
            .getLast());
  }

  @Test
  void base64ClientsSpeakText() throws Exception {
    Terminal terminal =
        fixture.terminal(EXEC + "command=cat&stdin=true&stdout=true", "base64.channel.k8s.io");
    terminal.sendText("0aGk=");
    assertEquals("49:aGk=", terminal.nextText());
    terminal.abort();
    await().until(() -> node.running.get() == 0);
  }

  @Test
  void aTerminalsSizeArrives() throws Exception {
    Terminal terminal = fixture.terminal(EXEC + "command=size&stdin=true&stdout=true&tty=true", V5);
    terminal.send(Frame.RESIZE, "{\"Width\":80,\"Height\":24}");
    assertEquals("1:{\"Width\":80,\"Height\":24}", terminal.nextText());
  }

  @Test
  void attachJoinsTheMainProcess() throws Exception {
    Terminal terminal =
        fixture.terminal("/api/v1/namespaces/default/pods/web/attach?stdin=true&stdout=true", V5);
    terminal.send(Frame.STDIN, "x");
    assertEquals("1:x", terminal.nextText());
    terminal.abort();
    await().until(() -> node.running.get() == 0);
  }

  @Test
  void attachTakesTheTerminalThatTheContainerHas() throws Exception {
    Terminal terminal =
        fixture.terminal(
            "/api/v1/namespaces/default/pods/term/attach?stdin=1&stdout=1&stderr=1", V5);
    terminal.send(Frame.STDIN, "x");
    assertEquals("1:x", terminal.nextText());
    assertEquals(
        new StreamRequest.Attach("default", "term", "uid-term", "main", true, true, false, true),
        node.requests.poll());
    terminal.abort();
  }

  @Test
  void aNodeThatVanishesIsToldAsSuch() throws Exception {
    List<String> rest = fixture.terminal(EXEC + "command=vanish&stdout=true", V5).rest();
    assertTrue(rest.getFirst().startsWith("3:"), rest.toString());
    assertTrue(rest.getFirst().contains("connection to the node was lost"), rest.toString());
  }

  @Test
  void aSlowReaderHoldsTheNodeBackAndLosesNothing() throws Exception {
    long size = 64L << 20;
    Terminal terminal =
        fixture.terminal(EXEC + "command=flood&command=" + size + "&stdout=true", V5);
    terminal.read(20);
    await().until(() -> node.sentBytes.get() > 0);
    long settled = settled();
    assertTrue(settled < size / 2, settled + " bytes went to a client that does not read");
    List<String> rest = terminal.rest();
    assertTrue(rest.getLast().contains("Success"));
    assertEquals(size, node.sentBytes.get());
    long frames = (size / ScriptedNode.CHUNK) + 1;
    assertTrue(terminal.bytes.get() >= size + frames, terminal.bytes + " bytes came");
  }

  /** How much went when no more goes. */
  private long settled() {
    long[] last = {-1};
    await()
        .pollInterval(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              long now = node.sentBytes.get();
              boolean still = now == last[0];
              last[0] = now;
              return still;
            });
    return last[0];
  }

  @Test
  void aLargeInputArrivesWhole() throws Exception {
    Terminal terminal = fixture.terminal(EXEC + "command=count&stdin=true&stdout=true", V5);
    byte[] chunk = new byte[100_000];
    for (int i = 0; i < 200; i++) {
      terminal.send(Frame.STDIN, chunk).join();
    }
    terminal.send(Frame.CLOSE, new byte[] {Frame.STDIN}).join();
    assertEquals("1:20000000", terminal.nextText());
  }

  @Test
  void manyTerminalsAtOnce() throws Exception {
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        String word = "word-" + i;
        answers.add(
            executor.submit(
                () -> {
                  Terminal terminal =
                      fixture.terminal(EXEC + "command=cat&stdin=true&stdout=true", V5);
                  terminal.send(Frame.STDIN, word);
                  String answer = terminal.nextText();
                  terminal.send(Frame.CLOSE, new byte[] {Frame.STDIN}).join();
                  terminal.rest();
                  return answer;
                }));
      }
    }
    for (int i = 0; i < answers.size(); i++) {
      assertEquals("1:word-" + i, answers.get(i).get());
    }
    await().until(() -> node.running.get() == 0);
  }

  @Test
  void aClientThatLeavesEndsTheNodesSide() {
    Terminal terminal = fixture.terminal(EXEC + "command=cat&stdin=true&stdout=true", V5);
    await().until(() -> node.running.get() == 1);
    terminal.abort();
    await().until(() -> node.running.get() == 0);
  }

  @Test
  void anAgentThatLeavesEndsTheClientsSide() throws Exception {
    Terminal terminal = fixture.terminal(EXEC + "command=cat&stdin=true&stdout=true", V5);
    terminal.send(Frame.STDIN, "x");
    assertEquals("1:x", terminal.nextText());
    agent.close();
    assertTrue(terminal.rest().getLast().contains("connection to the node was lost"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nil/exec?command=cat&stdout=1 | 404 | pods \"nil\" not found",
        "two/exec?command=cat&stdout=1 | 400 | a container name must be specified for pod two,"
            + " choose one of: [main side]",
        "two/exec?command=cat&stdout=1&container=x | 400 | container x is not valid for pod two",
        "web/exec?command=cat | 400 | you must specify at least 1 of stdin, stdout, stderr",
        "web/exec?stdout=1 | 400 | you must specify at least one command for the container",
        "unbound/exec?command=cat&stdout=1 | 400 | pod unbound does not have a host assigned",
        "far/exec?command=cat&stdout=1 | 500 | error dialing backend: node \"n2\" has no tunnel"
            + " open",
      })
  void refusalsAreThoseOfKubernetes(String path, int code, String message) throws Exception {
    RawRequest answer =
        RawRequest.upgrade(fixture, "/api/v1/namespaces/default/pods/" + path, "websocket");
    assertEquals(code, answer.code(), answer.text());
    assertTrue(answer.text().contains(message.replace("\"", "\\\"")), answer.text());
  }

  @Test
  void aClientThatFallsBackToSpdyLearnsWhatIsReallyWrong() throws Exception {
    RawRequest answer =
        RawRequest.upgrade(
            fixture,
            "/api/v1/namespaces/default/pods/web/exec?command=cat&stdout=1&container=x",
            "SPDY/3.1");
    assertEquals(400, answer.code(), answer.text());
    assertTrue(answer.text().contains("container x is not valid for pod web"), answer.text());
    assertEquals(
        415,
        RawRequest.upgrade(fixture, "/api/v1/namespaces/default/pods/web/portforward", "SPDY/3.1")
            .code());
  }

  @ParameterizedTest
  @CsvSource({"SPDY/3.1, 415, SPDY", "h2c, 400, Upgrade request required"})
  void otherUpgradesAreRefusedInWords(String upgrade, int code, String message) throws Exception {
    RawRequest answer = RawRequest.upgrade(fixture, EXEC + "command=cat&stdout=1", upgrade);
    assertEquals(code, answer.code(), answer.text());
    assertTrue(answer.text().contains(message), answer.text());
  }
}

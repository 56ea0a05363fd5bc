package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.app.Connection;
import dev.ballast.app.RoamingNode;
import dev.ballast.client.Answer;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members of three commands, as processes; one is killed, and nobody hears them in clear. */
class ThreeMembersTest {

  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final byte[] NOTHING = new byte[0];

  private static final String DEPLOYMENT =
      """
      {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "roaming"},
       "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "roaming"}},
         "template": {"metadata": {"labels": {"app": "roaming"}},
           "spec": {"nodeSelector": {"kubernetes.io/hostname": "roaming"},
             "containers": [{"name": "main", "image": "example/service:1"}]}}}}
      """;

  @TempDir Path directory;

  private MachinePool pool;

  @Test
  @SuppressWarnings("try") // the node is only there
  void threeCommandsMakeThreeMembersAndOneMayDie() throws Exception {
    String host = address();
    try (ServerProcess first = startAlone(host);
        ServerProcess second = joinAsSecond(host, first);
        ServerProcess third = join("c", host, first);
        RoamingNode node = nodeOf(first, second, third)) {
      assertEquals(3, members(second));
      checkPortTaken(host, first, third);
      awaitNamed(first, second, third);
      awaitNodes(second, "simulated-0", "node-b-simulated-0", "node-c-simulated-0");
      relayThrough(second, "192.0.2.7");
      for (ServerProcess member : List.of(first, second, third)) {
        awaitRelay(member, "192.0.2.7");
      }
      write(second, "one");
      assertTrue(has(third, "one"));
      assertTrue(has(first, "one"));
      for (ServerProcess member : List.of(first, second, third)) {
        Listeners.check(member);
      }
      spreadThePool(third);
      checkWithoutMajority(third, first, second);
      killTheLeader(host, node, List.of(first, second, third));
    }
  }

  private void killTheLeader(String host, RoamingNode node, List<ServerProcess> members)
      throws Exception {
    ServerProcess dead = leading(members);
    List<ServerProcess> left = members.stream().filter(member -> member != dead).toList();
    ServerProcess one = left.getFirst();
    ServerProcess other = left.getLast();
    String ready = ready(one);
    ManyJobs jobs = ManyJobs.begin(one.kubeconfig(), "roaming");
    long began = System.nanoTime();
    dead.kill();
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> tryWrite(one, "two"));
    System.out.println(
        "three members: a write went through "
            + Duration.ofNanos(System.nanoTime() - began).toMillis()
            + " ms after the leader was killed");
    assertTrue(has(other, "two"));
    assertTrue(has(other, "one"));
    jobs.check(other, node);
    checkWorkGoesOn(one, other);
    assertEquals(ready, ready(other), "a node that lives is never taken for dead");
    // The dead one's kubeconfig names the others, and the command line tries them.
    String table = command(0, "member", "list", "--kubeconfig", dead.kubeconfig().toString());
    assertTrue(table.contains("leader"), table);
    relayThrough(other, "192.0.2.8");
    awaitRelay(one, "192.0.2.8");
    poolGoesOn(host, dead, one);
    replaceTheDead(host, dead, one);
  }

  /** The machine that was there before there were members stays; each other member gets one. */
  private void spreadThePool(ServerProcess member) throws Exception {
    pool.scale(member, 3);
    pool.awaitReady(member, 3);
    assertEquals(
        Set.of(
            memberId(directory.resolve("a")),
            memberId(directory.resolve("b")),
            memberId(directory.resolve("c"))),
        pool.members(member));
  }

  /**
   * Whoever leads now makes one machine more, and none in place of the dead member's: they come
   * back with it.
   */
  private void poolGoesOn(String host, ServerProcess dead, ServerProcess left) throws Exception {
    Path data = dead.kubeconfig().getParent();
    Map<String, String> before = pool.reports(left, memberId(data));
    pool.scale(left, 4);
    pool.awaitReady(left, 4);
    assertEquals(1, pool.reports(left, memberId(data)).size(), "whoever is away gets none");
    JsonNode self = Json.MAPPER.readTree(Files.readAllBytes(data.resolve("member.json")));
    try (ServerProcess again =
        start(
            data,
            host,
            URI.create(dead.url()).getPort(),
            URI.create("tcp://" + self.path("address").asText()).getPort())) {
      pool.awaitBack(left, memberId(data), before);
      pool.awaitReady(again, 4);
      again.kill();
    }
  }

  private static ServerProcess leading(List<ServerProcess> members) throws IOException {
    try (Connection connection = Connection.of(members.getFirst().kubeconfig())) {
      Answer answer = connection.client().get("/apis/ballast.dev/v1/members");
      for (JsonNode member : ((Answer.Done) answer).json().path("members")) {
        if (member.path("leader").asBoolean()) {
          return members.stream()
              .filter(process -> process.url().equals(member.path("url").asText()))
              .findFirst()
              .orElseThrow();
        }
      }
    }
    throw new IllegalStateException("nobody leads");
  }

  /** Since when the roaming node is ready. */
  private static String ready(ServerProcess member) throws Exception {
    Told told = Told.by(member, "GET", "/api/v1/nodes/roaming", NOTHING);
    for (JsonNode condition : Json.MAPPER.readTree(told.body()).at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText() + condition.path("lastTransitionTime").asText();
      }
    }
    return told.body();
  }

  private RoamingNode nodeOf(ServerProcess... members) throws IOException {
    return new RoamingNode(
        "roaming",
        Stream.of(members).map(member -> URI.create(member.url())).toList(),
        members[0].nodeToken(),
        directory.resolve("roaming"));
  }

  /**
   * Controllers and planner run where the new leader is, the node that knew the dead one asks
   * another, and each member reaches the node through a tunnel of its own.
   */
  private static void checkWorkGoesOn(ServerProcess one, ServerProcess other) throws Exception {
    Told made =
        Told.by(
            one,
            "POST",
            "/apis/apps/v1/namespaces/default/deployments",
            DEPLOYMENT.getBytes(StandardCharsets.UTF_8));
    assertEquals(201, made.code(), made.body());
    String running = PODS + "?labelSelector=app%3Droaming&fieldSelector=status.phase%3DRunning";
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> names(Told.by(one, "GET", running, NOTHING)).size() == 2);
    IntoPod pod = new IntoPod(names(Told.by(one, "GET", running, NOTHING)).getFirst());
    for (ServerProcess member : List.of(one, other)) {
      pod.awaitThrough(member);
    }
  }

  private static List<String> names(Told list) throws IOException {
    List<String> names = new ArrayList<>();
    Json.MAPPER
        .readTree(list.body())
        .path("items")
        .forEach(item -> names.add(item.at("/metadata/name").asText()));
    return names;
  }

  /** Nothing of a group is there, and nothing listens for members, until somebody joins. */
  private ServerProcess startAlone(String host) throws Exception {
    ServerProcess first = start("a", host);
    pool = MachinePool.make(first);
    assertTrue(Files.exists(directory.resolve("a").resolve("state.db")));
    Path token = directory.resolve("a").resolve("member-token");
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(token));
    assertTrue(
        Files.readString(token).matches("[0-9a-f]{64}\\.\\S+\\n"), "the CA's hash, and a secret");
    assertFalse(Files.exists(directory.resolve("a").resolve("raft")));
    assertEquals(
        1,
        Listeners.of(first.pid()).stream().filter(at -> !at.startsWith("127.")).distinct().count());
    return first;
  }

  private ServerProcess joinAsSecond(String host, ServerProcess first) throws Exception {
    ServerProcess second = join("b", host, first);
    String table = command(0, "member", "list", "--kubeconfig", first.kubeconfig().toString());
    assertTrue(table.contains("two members survive no failure"), table);
    return second;
  }

  /** In words, and with an exit code; no stack trace. */
  private void checkPortTaken(String host, ServerProcess first, ServerProcess third)
      throws Exception {
    int taken =
        Listeners.of(third.pid()).stream()
            .filter(at -> at.startsWith(host) && !third.url().endsWith(at))
            .map(at -> Integer.parseInt(at.substring(at.lastIndexOf(':') + 1)))
            .findFirst()
            .orElseThrow();
    String said =
        command(
            1,
            "up",
            "--data",
            directory.resolve("d").toString(),
            "--bind",
            host,
            "--port",
            Integer.toString(freePort(host)),
            "--member-port",
            Integer.toString(taken),
            "--join",
            first.url(),
            "--token-file",
            first.kubeconfig().resolveSibling("member-token").toString());
    assertTrue(said.contains("ballast: cannot listen on " + host + ":" + taken), said);
    assertTrue(said.contains("--member-port"), said);
    assertFalse(said.contains("\tat "), said);
    assertEquals(3, members(third));
  }

  /** Its disk is lost: whoever starts in its place is another, and the old one is forgotten. */
  private void replaceTheDead(String host, ServerProcess dead, ServerProcess left)
      throws Exception {
    String lost = memberId(dead.kubeconfig().getParent());
    String kubeconfig = left.kubeconfig().toString();
    assertTrue(command(0, "member", "list", "--kubeconfig", kubeconfig).contains(lost));
    String said = command(0, "member", "replace", lost, "--kubeconfig", kubeconfig);
    assertTrue(said.contains("start the new one with an empty directory"), said);
    assertFalse(said.contains(lost), said);
    assertEquals(2, members(left));
    try (ServerProcess anew = join("e", host, left)) {
      assertEquals(3, members(anew));
      assertTrue(has(anew, "two"));
      String id = memberId(directory.resolve("e"));
      assertNotEquals(lost, id);
      assertEquals(0, stopUnderWrites(anew, left));
      command(0, "member", "remove", id, "--kubeconfig", kubeconfig);
      assertEquals(2, members(left));
    }
  }

  /** SIGTERM; the exit code. Who leads hands over first, and writes elsewhere go on. */
  private static int stopUnderWrites(ServerProcess stopped, ServerProcess other) throws Exception {
    CompletableFuture<Integer> ended =
        CompletableFuture.supplyAsync(
            stopped::stop, task -> Thread.ofPlatform().daemon().start(task));
    do {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> tryWrite(other, "three"));
    } while (!ended.isDone());
    return ended.get();
  }

  /** Two of three are stopped. Then all goes on. */
  private void checkWithoutMajority(
      ServerProcess left, ServerProcess stopped, ServerProcess alsoStopped) throws Exception {
    Path credential = directory.resolve("roaming/nodes/roaming/node.credential");
    new WithoutMajority(left, "roaming", credential).check(stopped, alsoStopped);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> tryWrite(left, "after") && tryWrite(stopped, "after"));
    assertTrue(has(left, "one"));
  }

  private static void awaitNamed(ServerProcess where, ServerProcess... named) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              String text = Files.readString(where.kubeconfig());
              return Stream.of(named).allMatch(member -> text.contains(member.url()));
            });
  }

  /** Each member has nodes of its own; what decides about them is where the leader is. */
  private static void awaitNodes(ServerProcess member, String... expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                names(Told.by(member, "GET", "/api/v1/nodes", NOTHING))
                    .containsAll(List.of(expected)));
  }

  /** A node says that its pods reach the API through this address. */
  private static void relayThrough(ServerProcess member, String address) throws IOException {
    var object = Json.object().put("apiVersion", "v1").put("kind", "Node");
    object
        .putObject("metadata")
        .put("name", "relay-" + address)
        .putObject("annotations")
        .put("ballast.dev/api-relay", address + ":443");
    try (Connection connection = Connection.of(member.kubeconfig())) {
      assertInstanceOf(
          Answer.Done.class, connection.client().post("/api/v1/nodes", Json.bytes(object)));
    }
  }

  private static void awaitRelay(ServerProcess member, String address) {
    URI url = URI.create(member.url());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertTrue(
                    Listeners.certificate(url.getHost(), url.getPort())
                        .getSubjectAlternativeNames()
                        .toString()
                        .contains(address)));
  }

  /** Runs a command of ours to its end; what it said, on either stream. */
  private static String command(int expectedCode, String... arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.ballast.app.Main"),
                Stream.of(arguments))
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(expectedCode, process.waitFor(), said);
    return said;
  }

  private static String memberId(Path data) throws IOException {
    return Json.MAPPER
        .readTree(Files.readAllBytes(data.resolve("member.json")))
        .path("id")
        .asText();
  }

  private ServerProcess start(String name, String host, String... more) throws IOException {
    return start(directory.resolve(name), host, freePort(host), freePort(host), more);
  }

  private static ServerProcess start(
      Path data, String host, int port, int memberPort, String... more) {
    List<String> options =
        Stream.concat(
                Stream.of(
                    "--bind",
                    host,
                    "--port",
                    Integer.toString(port),
                    "--member-port",
                    Integer.toString(memberPort),
                    "--runtime",
                    "simulated",
                    "--node-name",
                    "node-" + data.getFileName(),
                    "--simulated-nodes",
                    "1"),
                Stream.of(more))
            .toList();
    return ServerProcess.start(data, options.toArray(String[]::new));
  }

  private ServerProcess join(String name, String host, ServerProcess there) throws IOException {
    return start(
        name,
        host,
        "--join",
        there.url(),
        "--token-file",
        there.kubeconfig().resolveSibling("member-token").toString());
  }

  /**
   * Not loopback where the machine's name stands for another, so that what listens there counts.
   */
  private static String address() throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(one -> one.getName().matches("e(n|th).*"))
        .flatMap(NetworkInterface::inetAddresses)
        .filter(one -> one.getAddress().length == 4 && !one.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElse("127.0.0.1");
  }

  private static int freePort(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    }
  }

  private static int members(ServerProcess member) throws IOException {
    try (Connection connection = Connection.of(member.kubeconfig())) {
      Answer answer = connection.client().get("/apis/ballast.dev/v1/members");
      return ((Answer.Done) answer).json().path("members").size();
    }
  }

  private static void write(ServerProcess member, String name) throws IOException {
    assertTrue(tryWrite(member, name));
  }

  static byte[] configMap(String name) {
    var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").put("name", name);
    return Json.bytes(object);
  }

  private static boolean tryWrite(ServerProcess member, String name) throws IOException {
    try (Connection connection = Connection.of(member.kubeconfig())) {
      Answer answer = connection.client().post(CONFIG_MAPS, configMap(name));
      return answer instanceof Answer.Done
          || answer instanceof Answer.Refused refused && refused.failure().code() == 409;
    }
  }

  private static boolean has(ServerProcess member, String name) throws IOException {
    try (Connection connection = Connection.of(member.kubeconfig())) {
      return connection.client().get(CONFIG_MAPS + "/" + name) instanceof Answer.Done;
    }
  }
}

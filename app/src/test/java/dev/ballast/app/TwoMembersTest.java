package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.client.Answer;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.stategrid.Settings;
import dev.ballast.stategrid.StateGrid;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Two members in this process: one joins while the other starts, and backs up while it is behind.
 */
class TwoMembersTest {

  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

  @TempDir Path directory;

  private final StringWriter said = new StringWriter();
  private int memberPort;

  @Test
  void oneJoinsTheOtherAndBacksUpWhatThatHasAcknowledged() throws Exception {
    int port = freePort();
    memberPort = freePort();
    Path one = directory.resolve("one");
    Path two = directory.resolve("two");
    startFirst(one, port).close();
    // It asks before anybody is there to answer.
    CompletableFuture<Server> joining = inBackground(() -> join(two, port, one));
    assertThrows(TimeoutException.class, () -> joining.get(500, TimeUnit.MILLISECONDS));
    Server first = startFirst(one, port);
    int secondPort;
    try (Server second = joining.get(120, TimeUnit.SECONDS)) {
      secondPort = URI.create(second.url()).getPort();
      refusesStrangersAtOnce(port, one);
      tellsWhoWasRemovedWhatToDo(port, one);
      backsUpWhatWasAcknowledged(first, two);
      first.close();
      withoutMajority(two);
    } finally {
      first.close();
    }
    startsWithoutMajority(two, secondPort);
  }

  /** Machines that had no power do not all come back at once. */
  private void startsWithoutMajority(Path two, int port) {
    try (Server alone = start(two, port)) {
      String notices = String.join(", ", alone.notices());
      assertTrue(notices.contains("until a majority of the members runs"), notices);
      assertInstanceOf(
          Answer.Done.class,
          alone.admin().get(CONFIG_MAPS + "/acknowledged?resourceVersion=0"),
          "what is here is served");
      Answer.Refused refused =
          assertInstanceOf(Answer.Refused.class, alone.admin().get(CONFIG_MAPS + "/acknowledged"));
      assertEquals(503, refused.failure().code());
    }
  }

  /** What cannot get better is not asked for again. */
  private void refusesStrangersAtOnce(int port, Path one) throws IOException {
    String token = Files.readString(one.resolve("member-token")).strip();
    Path wrong =
        Files.writeString(
            directory.resolve("wrong"), token.replaceFirst("\\..*", ".") + "x".repeat(40));
    String message = refused(port, wrong);
    assertTrue(message.contains(wrong + " is not taken for a member token"), message);
    Files.writeString(wrong, "0".repeat(64) + token.substring(64));
    message = refused(port, wrong);
    assertTrue(message.contains("with the member token in " + wrong), message);
    assertTrue(message.contains("this is another cluster"), message);
    assertFalse(message.contains("node"), message);
  }

  private void tellsWhoWasRemovedWhatToDo(int port, Path one) {
    Path data = directory.resolve("removed");
    MemberFile removed =
        new MemberFile("0123abcd", new UUID(1, 2), "127.0.0.1:1", "https://127.0.0.1:2", false);
    try (SystemTimers timers = new SystemTimers()) {
      Joining joining =
          new Joining(
              List.of(URI.create("https://127.0.0.1:" + port)),
              one.resolve("member-token"),
              timers,
              Duration.ofDays(1));
      String message =
          assertThrows(StartFailure.class, () -> joining.askForVote(removed, data)).getMessage();
      assertTrue(message.contains("members.ballast.dev \"0123abcd\" not found"), message);
      assertTrue(message.contains("Move " + data + " away, and join anew"), message);
    }
  }

  private String refused(int port, Path token) {
    try (SystemTimers timers = new SystemTimers()) {
      Joining joining =
          new Joining(
              List.of(URI.create("https://127.0.0.1:" + port)), token, timers, Duration.ofDays(1));
      return assertThrows(
              StartFailure.class,
              () -> joining.fetch(directory.resolve("none"), "127.0.0.1:1", "https://127.0.0.1:2"))
          .getMessage();
    }
  }

  /** The write is acknowledged, and the member that is asked has not applied it. */
  private void backsUpWhatWasAcknowledged(Server first, Path two) throws Exception {
    Path backup = directory.resolve("cluster.zip");
    CompletableFuture<Integer> backing;
    try (Connection image = DriverManager.getConnection("jdbc:sqlite:" + two.resolve("state.db"));
        Statement holding = image.createStatement()) {
      holding.execute("BEGIN IMMEDIATE");
      write(first, "acknowledged");
      backing = inBackground(() -> run("backup", backup, "--kubeconfig", alone(two)));
      assertThrows(TimeoutException.class, () -> backing.get(1, TimeUnit.SECONDS));
      holding.execute("ROLLBACK");
    }
    assertEquals(0, backing.get(60, TimeUnit.SECONDS), said.toString());
    assertTrue(holds(backup, "acknowledged"));
  }

  private void withoutMajority(Path two) throws Exception {
    Path backup = directory.resolve("left.zip");
    Path alone = alone(two);
    CompletableFuture<Answer> members = inBackground(() -> members(alone));
    assertEquals(1, run("backup", backup, "--kubeconfig", alone));
    Answer.Done table = assertInstanceOf(Answer.Done.class, members.get(60, TimeUnit.SECONDS));
    assertTrue(table.json().path("unconfirmed").asText().contains("majority"), "not as if it knew");
    assertEquals(2, table.json().path("members").size());
    assertTrue(said.toString().contains("503"), said.toString());
    assertTrue(said.toString().contains("--stale"), said.toString());
    assertFalse(Files.exists(backup));
    assertEquals(0, run("backup", backup, "--stale", "--kubeconfig", alone));
    assertTrue(said.toString().contains("as of revision"), said.toString());
    assertTrue(holds(backup, "acknowledged"));
  }

  private static Answer members(Path kubeconfig) throws IOException {
    try (var connection = dev.ballast.app.Connection.of(kubeconfig)) {
      return connection.client().get("/apis/ballast.dev/v1/members");
    }
  }

  /** A kubeconfig that names this member only, so that no other one answers. */
  private Path alone(Path data) throws IOException {
    List<String> lines = new ArrayList<>();
    String server = "";
    for (String line : Files.readAllLines(data.resolve("kubeconfig"))) {
      if (line.contains("server:")) {
        server = server.isEmpty() ? line : server;
        lines.add(server);
      } else {
        lines.add(line);
      }
    }
    return Files.write(directory.resolve("alone"), lines);
  }

  private boolean holds(Path backup, String name) throws IOException {
    Path restored = Files.createTempDirectory(directory, "restored");
    new Restoring().restore(backup, restored);
    try (SystemTimers timers = new SystemTimers();
        StateGrid grid = StateGrid.open(Settings.in(restored), timers, Telemetry.NONE)) {
      return grid.store().get(new ObjectKey(ResourceType.CONFIG_MAPS, "default", name)).isPresent();
    }
  }

  private int run(Object... arguments) {
    said.getBuffer().setLength(0);
    PrintWriter out = new PrintWriter(said, true);
    return Main.commandLine()
        .setOut(out)
        .setErr(out)
        .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private interface Task<T> {
    T run() throws Exception;
  }

  private static <T> CompletableFuture<T> inBackground(Task<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                done.complete(task.run());
              } catch (Exception | Error e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  private static Server start(Path data, int port, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--data",
                data.toString(),
                "--port",
                Integer.toString(port),
                "--runtime",
                "simulated",
                "--node-name",
                data.getFileName().toString()));
    arguments.addAll(List.of(more));
    return Server.start(
        CommandLine.populateCommand(new ServerOptions(), arguments.toArray(String[]::new)));
  }

  private Server startFirst(Path data, int port) {
    return start(data, port, "--member-port", Integer.toString(memberPort));
  }

  private static Server join(Path data, int port, Path other) throws IOException {
    return start(
        data,
        freePort(),
        "--member-port",
        Integer.toString(freePort()),
        "--join",
        "https://127.0.0.1:" + port,
        "--token-file",
        other.resolve("member-token").toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void write(Server server, String name) {
    var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").put("name", name);
    Answer answer = server.admin().post(CONFIG_MAPS, Json.bytes(object));
    assertInstanceOf(Answer.Done.class, answer);
  }
}

package dev.ballast.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.client.Answer;
import dev.ballast.core.resource.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The drill of the operations guide: a running cluster's backup, and what becomes of it. */
class BackupTest {

  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

  @TempDir Path directory;

  private final StringWriter said = new StringWriter();
  private final Parts opened = new Parts();

  @AfterEach
  void close() {
    opened.close();
  }

  @Test
  void aRestoredClusterIsAsItWasThen() throws Exception {
    Path first = directory.resolve("first");
    Path drill = directory.resolve("drill");
    Path backup = directory.resolve("cluster.zip");
    int port;
    String lost;
    NodeOfBefore node;
    Map<String, String> running;
    try (Server server = start(first, "first", 0)) {
      port = URI.create(server.url()).getPort();
      write(server, "kept");
      node = opened.add(new NodeOfBefore(server, first));
      node.run(server, "kept", "deleted");
      assertEquals(0, run("backup", backup, "--kubeconfig", first.resolve("kubeconfig")));
      lost = write(server, "later");
      node.run(server, "lost");
      node.delete(server, "deleted");
      running = node.running();
      assertEquals(1, run("restore", backup, "--data", first));
      assertTrue(said.toString().contains("is not empty"), said.toString());
    }
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(backup));
    refusesDamaged(backup);
    assertEquals(0, run("restore", backup, "--data", drill));
    for (String file :
        List.of("ca.crt", "ca.key", "sa.key", "tokens", "node-token", "member-token")) {
      assertArrayEquals(
          Files.readAllBytes(first.resolve(file)), Files.readAllBytes(drill.resolve(file)), file);
      assertEquals(
          PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(drill.resolve(file)),
          file);
    }
    // The node's key is not in the backup: whoever restores deletes the Node.
    try (Server server = start(drill, "first", port)) {
      assertTrue(server.notices().toString().contains("kubectl delete node first"), "noticed");
      assertInstanceOf(Answer.Done.class, server.admin().get(CONFIG_MAPS + "/kept"));
      Answer.Refused later =
          assertInstanceOf(Answer.Refused.class, server.admin().get(CONFIG_MAPS + "/later"));
      assertEquals(404, later.failure().code());
      clientsOfBeforeGoOn(first.resolve("kubeconfig"), lost);
      write(server, "after");
      node.goesOn(server, running, "kept", "lost", "deleted");
    }
  }

  /**
   * Their authority and token hold. What they have seen and is lost now, a watch could not take
   * back: so they are told to list anew.
   */
  private static void clientsOfBeforeGoOn(Path kubeconfig, String lost) throws IOException {
    try (Connection connection = Connection.of(kubeconfig)) {
      assertInstanceOf(Answer.Done.class, connection.client().get(CONFIG_MAPS + "/kept"));
      for (String seen : List.of("1", lost, Long.toString(Long.parseLong(lost) + 5_000_000))) {
        String watch = CONFIG_MAPS + "?watch=true&timeoutSeconds=5&resourceVersion=" + seen;
        try (InputStream events = connection.client().open(watch).body()) {
          String first = new BufferedReader(new InputStreamReader(events, UTF_8)).readLine();
          assertEquals(410, Json.MAPPER.readTree(first).at("/object/code").asInt(), first);
        }
      }
    }
  }

  @Test
  void withoutAServerNothingIsLeft() throws Exception {
    Path data = directory.resolve("gone");
    start(data, "first", 0).close();
    Path backup = directory.resolve("none.zip");
    assertEquals(1, run("backup", backup, "--kubeconfig", data.resolve("kubeconfig")));
    assertTrue(said.toString().contains("ballast: no member can be reached"), said.toString());
    assertFalse(Files.exists(backup));
    assertFalse(Files.exists(directory.resolve("none.zip.part")));
  }

  /** Whatever byte is lost or other, nothing is made of it. */
  private void refusesDamaged(Path backup) throws IOException {
    byte[] whole = Files.readAllBytes(backup);
    byte[] other = whole.clone();
    other[whole.length / 2] ^= 1;
    Path damaged = directory.resolve("damaged.zip");
    Path data = directory.resolve("damaged");
    for (int length = 0; length < 300; length++) {
      Files.write(damaged, Arrays.copyOf(whole, length));
      IOException refused = assertThrows(IOException.class, () -> Backup.check(damaged));
      assertFalse(refused.getMessage().contains("null"), refused.getMessage());
    }
    for (byte[] bytes : new byte[][] {other, Arrays.copyOf(whole, whole.length / 2)}) {
      Files.write(damaged, bytes);
      assertEquals(1, run("restore", damaged, "--data", data));
      assertTrue(said.toString().contains("cannot restore"), said.toString());
      assertFalse(said.toString().contains("null"), said.toString());
      assertFalse(Files.exists(data.resolve("state.db")));
      assertFalse(Files.exists(data.resolve("ca.key")));
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

  private static Server start(Path data, String node, int port) {
    List<String> arguments =
        List.of(
            "--data",
            data.toString(),
            "--port",
            Integer.toString(port),
            "--runtime",
            "simulated",
            "--node-name",
            node);
    return Server.start(
        CommandLine.populateCommand(new ServerOptions(), arguments.toArray(String[]::new)));
  }

  /** Its resourceVersion. */
  private static String write(Server server, String name) {
    var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").put("name", name);
    Answer answer = server.admin().post(CONFIG_MAPS, Json.bytes(object));
    return assertInstanceOf(Answer.Done.class, answer)
        .json()
        .at("/metadata/resourceVersion")
        .asText();
  }
}

package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * What a person is told who gives an option that cannot be: the name, the value, what is expected.
 */
class OptionsTest {

  @TempDir Path directory;

  private record Ended(int code, String errors) {}

  private static Ended run(String... arguments) {
    StringWriter errors = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setErr(new PrintWriter(errors, true));
    line.setOut(new PrintWriter(errors, true));
    int code = line.execute(arguments);
    return new Ended(code, errors.toString().strip());
  }

  @ParameterizedTest
  @Timeout(20) // A server that starts after all would serve for ever.
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --port=70000           | 1 | --port must be between 0 and 65535, and is 70000
          --port=-1              | 1 | --port must be between 0 and 65535, and is -1
          --port=abc             | 2 | Invalid value for option '--port': 'abc' is not an int
          --member-port=99999    | 1 | --member-port must be between 1 and 65535, and is 99999
          --simulated-nodes=-4   | 1 | --simulated-nodes must be 0 or more, and is -4
          --bind=nonsense.invalid| 1 | --bind must be an address of this machine or a name of one
          --runtime=podman       | 2 | expected one of [docker, simulated] (case-sensitive) but was 'podman'
          --config=/nonesuch     | 1 | cannot read the configuration file /nonesuch: no such file
          --data=/etc/hosts      | 1 | --data must be a directory, and /etc/hosts is a file
          --data=/proc/x/y       | 1 | cannot use the directory /proc/x/y (no such file or directory: /proc/x); choose another directory with --data
          --data=/dev/null/x     | 1 | --data must be a directory, and /dev/null/x cannot be one: /dev/null is a file
          --join=http://a:6443   | 1 | --join must be https://HOST:PORT of a server, with a port from 1 to 65535, and is http://a:6443
          --join=https://a,b:1   | 1 | --join must be https://HOST:PORT of a server, with a port from 1 to 65535, and is b:1
          --join=127.0.0.1:6443  | 1 | --join must be https://HOST:PORT of a server, with a port from 1 to 65535, and is 127.0.0.1:6443
          --join=https://a:99999 | 1 | --join must be https://HOST:PORT of a server, with a port from 1 to 65535, and is https://a:99999
          --join=https://a:0     | 1 | --join must be https://HOST:PORT of a server, with a port from 1 to 65535, and is https://a:0
          --port=6444            | 1 | --port and --member-port must differ, and both are 6444
          --nope                 | 2 | Unknown option: '--nope'
          """)
  void aBadOptionIsNamed(String option, int code, String message) {
    Ended ended = run("up", option);
    assertTrue(ended.errors().contains(message), ended.errors());
    assertEquals(code, ended.code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          port: abc           | port: 'abc' is not an int
          runtime: podman     | runtime: expected one of [docker, simulated] (case-sensitive) but was 'podman'
          simulated-nodes: x  | simulated-nodes: 'x' is not an int
          prot: 1             | unknown option "prot"; known: bind, data,
          config: other       | unknown option "config"; known: bind, data,
          - port              | must be a mapping of option names to values
          """)
  void aBadValueInTheFileNamesFileAndKey(String text, String message) throws IOException {
    Path file = Files.writeString(directory.resolve("ballast.yaml"), text + "\n");
    Ended ended = run("up", "--config", file.toString());
    assertEquals(1, ended.code());
    assertTrue(ended.errors().contains(file.toString()), ended.errors());
    assertTrue(ended.errors().contains(message), ended.errors());
  }

  /** Without raft/ nothing else would tell it that there are others. */
  @Test
  @Timeout(60)
  void whoFoundedAGroupDoesNotBeginItAgain() throws IOException {
    new MemberFile("abcd1234", UUID.randomUUID(), "127.0.0.1:1", "https://127.0.0.1:2", true)
        .write(directory);
    Ended ended = run("up", "--data=" + directory, "--port=0", "--runtime=simulated");
    assertTrue(ended.errors().contains("its state.db is missing"), ended.errors());
    assertEquals(1, ended.code());
    assertFalse(Files.exists(directory.resolve("state.db")), "nothing was begun");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://a:99999", "a:1"})
  void aServerInTheFileIsJudgedAsOnTheCommandLine(String server) throws IOException {
    Path file = Files.writeString(directory.resolve("ballast.yaml"), "join: '" + server + "'\n");
    Ended ended = run("up", "--config", file.toString());
    assertEquals(
        "ballast: --join must be https://HOST:PORT of a server, with a port from 1 to 65535, and is "
            + server,
        ended.errors());
    assertEquals(1, ended.code());
  }

  /** Before anybody is asked. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          member remove x y?z=1                    | ID must be one that `ballast member list` shows, and is "x y?z=1"
          member replace ''                        | ID must be one that `ballast member list` shows, and is ""
          member list --kubeconfig /nonesuch       | there is no kubeconfig /nonesuch: name an administrator's with --kubeconfig
          member list --kubeconfig DIR/junk        | DIR/junk is no kubeconfig with a server, its authority's certificate and a token
          backup DIR/z --kubeconfig DIR/junk       | DIR/junk is no kubeconfig with a server, its authority's certificate and a token
          member list --kubeconfig DIR/port        | DIR/port: a cluster's server must be https://HOST:PORT of a server, with a port from 1 to 65535, and is https://a:99999
          backup DIR/z --kubeconfig DIR/port       | DIR/port: a cluster's server must be https://HOST:PORT of a server, with a port from 1 to 65535, and is https://a:99999
          member list --kubeconfig DIR/clear       | DIR/clear: a cluster's server must be https://HOST:PORT of a server, with a port from 1 to 65535, and is http://a:6443
          backup DIR/z --kubeconfig DIR/token      | DIR/token: the user's token must be one word of visible ASCII characters, without spaces and line breaks, and is not (it is not shown)
          backup DIR/z --kubeconfig DIR/none       | DIR/none: the user's token must be one word of visible ASCII characters, without spaces and line breaks, and is empty
          backup '' --kubeconfig DIR/junk          | FILE must name the file to write, and is ""
          backup DIR --kubeconfig DIR/junk         | DIR is there and no regular file: name one that is, or a new one
          """)
  void whatTheMembersCommandsCannotUseIsNamed(String line, String message) throws IOException {
    Files.writeString(directory.resolve("junk"), "clusters: [{cluster: {server: 'no URL'}}]\n");
    kubeconfig("port", "https://a:99999", "secret");
    kubeconfig("clear", "http://a:6443", "secret");
    kubeconfig("token", "https://a:6443", "secret\\nother");
    kubeconfig("none", "https://a:6443", "");
    String dir = directory.toString();
    String[] words = line.replace("DIR", dir).replace("''", "").split(" ", 3);
    List<String> arguments = new ArrayList<>(List.of(words[0], words[1]));
    arguments.addAll(words[1].startsWith("re") ? List.of(words[2]) : List.of(words[2].split(" ")));
    Ended ended = run(arguments.toArray(String[]::new));
    assertTrue(ended.errors().startsWith("ballast: "), ended.errors());
    assertTrue(ended.errors().contains(message.replace("DIR", dir)), ended.errors());
    assertEquals(1, ended.code());
    assertFalse(ended.errors().contains("secret"), ended.errors());
    assertEquals(
        Set.of("junk", "port", "clear", "token", "none"), Set.of(directory.toFile().list()));
  }

  private Path kubeconfig(String name, String server, String token) throws IOException {
    return Files.writeString(
        directory.resolve(name),
        """
        clusters: [{name: c, cluster: {server: '%s', certificate-authority-data: 'eA=='}}]
        users: [{name: u, user: {token: "%s"}}]
        """
            .formatted(server, token));
  }

  @Test
  void theCommandLineWinsOverTheFile() throws IOException {
    Path file = Files.writeString(directory.resolve("ballast.yaml"), "port: 7443\n");
    Ended ended = run("up", "--config", file.toString(), "--port", "70000");
    assertTrue(ended.errors().contains("and is 70000"), ended.errors());
  }

  /** What says who it was is gone, or what is given is for something else than it does. */
  @ParameterizedTest
  @Timeout(60) // A server that starts after all would serve for ever.
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          raft    |                                                    | belongs to a member of a group, and its member.json is missing
          raft    | --join=https://127.0.0.1:1 --token-file=/nonesuch  | belongs to a member of a group, and its member.json is missing
          .       | --token-file=/nonesuch                             | --token-file is for joining: name a member with --join, or leave it out
          .       | --join=https://127.0.0.1:1                         | --join needs --token-file
          """)
  void whoDoesNotKnowItsGroupDoesNotBeginAnother(String there, String options, String message)
      throws IOException {
    Path data = directory.resolve("data");
    Files.createDirectories(data.resolve(there));
    List<String> arguments = new ArrayList<>(List.of("up", "--data", data.toString()));
    arguments.addAll(List.of("--runtime", "simulated", "--port", "1"));
    arguments.addAll(options == null ? List.of() : List.of(options.split(" ")));
    Ended ended = run(arguments.toArray(String[]::new));
    assertTrue(ended.errors().contains(message), ended.errors());
    assertEquals(1, ended.code());
    assertFalse(Files.exists(data.resolve("state.db")), "nothing was begun");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://a:99999", "a:6443", "http://a:6443", "https://a_b:1", ""})
  void aNodesServerIsJudgedBeforeItIsAsked(String server) {
    Ended ended = run("node", "--server", server, "--token-file", "/nonesuch");
    assertEquals(
        "ballast: --server must be https://HOST:PORT of a server, with a port from 1 to 65535, and is "
            + server,
        ended.errors() + (server.isEmpty() ? " " : ""));
    assertEquals(1, ended.code());
  }

  /** Its machine's address changed, perhaps; it goes on where the others look for it. */
  @Test
  void whoIsKnownAtAnotherAddressIsTold() throws IOException {
    UUID group = UUID.randomUUID();
    new MemberFile("abcd1234", group, "192.0.2.7:6444", "https://192.0.2.7:6443", false)
        .write(directory);
    PrintStream errors = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    Ended ended;
    try {
      ended = run("up", "--data=" + directory, "--port=0", "--runtime=simulated");
    } finally {
      System.setErr(errors);
    }
    String told = said.toString(StandardCharsets.UTF_8);
    assertTrue(
        told.contains(
            "the other members know this one, abcd1234, at 192.0.2.7:6444, and it stays there, whatever --bind and --member-port say (127.0.0.1:6444)"),
        told);
    assertTrue(told.contains("ballast member replace abcd1234"), told);
    assertTrue(ended.errors().contains("192.0.2.7"), ended.errors()); // nobody's here
    assertEquals(1, ended.code());
  }

  @Test
  void aNodeNeedsItsTokenFile() {
    Ended ended = run("node", "--server", "https://127.0.0.1:1", "--token-file", "/nonesuch");
    assertEquals("ballast: cannot read the token file /nonesuch: no such file", ended.errors());
    assertEquals(1, ended.code());
  }

  /** Before anything is made, or asked of anybody. */
  @Test
  void aTokenFileThatIsNoneIsNamedWithWhatIsExpected() throws IOException {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    Path data = directory.resolve("data");
    Path file = directory.resolve("token");
    for (byte[] content :
        new byte[][] {noise, {}, "secret\n".getBytes(StandardCharsets.US_ASCII)}) {
      Files.write(file, content);
      Ended up =
          run(
              "up",
              "--port=1",
              "--member-port=" + MembershipTest.freePort(),
              "--data=" + data,
              "--join=https://127.0.0.1:1",
              "--token-file=" + file);
      assertEquals(
          "ballast: %s holds no member token, which is one line of 64 hexadecimal digits, a dot and a secret: copy it from the file member-token in a server's data directory"
              .formatted(file),
          up.errors());
      assertEquals(1, up.code());
      Ended node = run("node", "--server=https://127.0.0.1:1", "--token-file=" + file);
      assertTrue(node.errors().contains(file + " holds no node token"), node.errors());
      assertFalse(Files.exists(data));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "demo",
        "node",
        "member",
        "member list",
        "member remove",
        "member replace",
        "backup",
        "restore"
      })
  void everyCommandHasHelp(String command) {
    Ended ended = run((command + " -h").split(" "));
    assertEquals(0, ended.code());
    assertTrue(ended.errors().startsWith("Usage: ballast " + command), ended.errors());
  }
}

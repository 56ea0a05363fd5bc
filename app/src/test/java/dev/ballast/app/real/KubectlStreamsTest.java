package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through the node's tunnel into real containers: logs, exec, attach, cp, the proxy. */
@Tag("clients")
@Tag("docker")
@ExtendWith(SharedServer.Docker.class)
@ParameterizedClass(name = "kubectl {0}")
@ValueSource(strings = {"1.20", "1.33"})
class KubectlStreamsTest {

  private final String version;
  private final SharedServer.Running running;
  private String namespace;
  private Kubectl kubectl;
  private String pod;

  @TempDir Path directory;

  KubectlStreamsTest(String version, SharedServer.Running running) {
    this.version = version;
    this.running = running;
  }

  @BeforeEach
  void startAfresh(TestInfo test) {
    namespace = running.namespace(test.getTestMethod().orElseThrow().getName());
    kubectl = running.kubectl(version, namespace);
  }

  /** kubectl below 1.30 streams over SPDY, which this server refuses with words. */
  private void assumeWebSockets() {
    assumeTrue(version.equals("1.33"), "kubectl 1.20 streams over SPDY only");
  }

  private void startWeb() {
    kubectl.runWithInput(Manifest.text("clients/web.yaml"), "apply", "-f", "-").ok();
    kubectl.ok("rollout", "status", "deployment/web", "--timeout=90s");
    pod = kubectl.ok("get", "pods", "-o=jsonpath={.items[0].metadata.name}");
  }

  @AtOnce
  void logsOfPodsJobsAndDeployments() {
    startWeb();
    assertEquals("serving\n", kubectl.ok("logs", pod));
    assertEquals("serving\n", kubectl.ok("logs", "deployment/web"));
    assertTrue(
        kubectl.ok("logs", pod, "--timestamps").matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z serving\n"));
    assertEquals("", kubectl.ok("logs", pod, "--tail=0"));
    assertEquals("serving\n", kubectl.ok("logs", pod, "-c", "httpd", "--since=1h"));
    assertEquals(2, kubectl.ok("logs", "-l", "app=web", "--prefix").lines().count());
    assertTrue(kubectl.refused("logs", pod, "-c", "nonesuch").contains("nonesuch"));
    assertTrue(
        kubectl.refused("logs", pod, "--previous").contains("previous terminated container"));

    kubectl.runWithInput(Manifest.text("clients/job.yaml"), "apply", "-f", "-").ok();
    kubectl.ok("wait", "--for=condition=Complete", "job/count", "--timeout=90s");
    assertEquals(
        "item 0\nitem 1\nitem 2\n",
        kubectl
            .ok("logs", "-l", "job-name=count")
            .lines()
            .sorted()
            .reduce("", (a, b) -> a + b + "\n"));
    assertTrue(kubectl.ok("logs", "job/count").startsWith("item "));
  }

  @AtOnce
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void followedLogsArriveAsTheyAreWrittenAndEndWithTheContainer() throws Exception {
    kubectl.ok(
        "run",
        "teller",
        "--image=ballast.local/busybox:1",
        "--restart=Never",
        "--",
        "sh",
        "-c",
        "echo first; until [ -f /tmp/go ]; do sleep 0.1; done; echo last");
    kubectl.ok("wait", "--for=condition=Ready", "pod/teller", "--timeout=90s");
    Process logs = kubectl.start("logs", "--follow", "teller");
    try (BufferedReader lines = logs.inputReader()) {
      assertEquals("first", lines.readLine());
      running.kubectl("1.33", namespace).ok("exec", "teller", "--", "touch", "/tmp/go");
      assertEquals("last", lines.readLine());
      assertEquals(null, lines.readLine());
      assertTrue(logs.waitFor(20, TimeUnit.SECONDS));
      assertEquals(0, logs.exitValue());
    } finally {
      logs.destroyForcibly();
    }
  }

  @AtOnce
  void spdyIsRefusedInWords() {
    assumeTrue(version.equals("1.20"));
    startWeb();
    String refused = kubectl.refused("exec", pod, "--", "true");
    assertTrue(refused.contains("kubectl 1.30"), refused);
  }

  @AtOnce
  void execPassesInputOutputAndTheExitCode() {
    assumeWebSockets();
    startWeb();
    assertEquals("hello\n", kubectl.ok("exec", pod, "--", "sh", "-c", "echo $GREETING"));
    assertEquals("hello\n", kubectl.ok("exec", "deployment/web", "--", "cat", "/www/index.html"));
    Kubectl.Result both =
        kubectl.run("exec", pod, "--", "sh", "-c", "echo out; echo err >&2; exit 3");
    assertEquals(3, both.exitCode());
    assertEquals("out\n", both.output());
    assertEquals("err\ncommand terminated with exit code 3\n", both.errors());
    String text = "line\n".repeat(20_000);
    assertEquals("100000\n", kubectl.runWithInput(text, "exec", "-i", pod, "--", "wc", "-c").ok());
    assertEquals(text, kubectl.runWithInput(text, "exec", "-i", pod, "--", "cat").ok());
    Kubectl.Result noProgram = kubectl.run("exec", pod, "--", "nonesuch");
    assertTrue(noProgram.exitCode() != 0, "there is no such program");
    assertTrue((noProgram.output() + noProgram.errors()).contains("nonesuch"), noProgram.errors());
    assertTrue(kubectl.refused("exec", "nonesuch", "--", "true").contains("not found"));
    Kubectl.Result terminal =
        kubectl.onTerminal("echo typed $((6*7))\nexit 5\n", "exec", "-it", pod, "--", "sh");
    assertTrue(terminal.output().contains("typed 42"), terminal.output());
    assertEquals(5, terminal.exitCode(), terminal.output());
  }

  @AtOnce
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void attachJoinsTheRunningProcess() throws Exception {
    assumeWebSockets();
    kubectl.ok(
        "run",
        "echo",
        "--image=ballast.local/busybox:1",
        "--restart=Never",
        "--stdin",
        "--attach=false",
        "--",
        "sh",
        "-c",
        "while read line; do echo got $line; done");
    kubectl.ok("wait", "--for=condition=Ready", "pod/echo", "--timeout=90s");
    Process attach = kubectl.start("attach", "-i", "echo");
    try (BufferedReader lines = attach.inputReader();
        Writer input = attach.outputWriter()) {
      input.write("one\n");
      input.flush();
      String line = lines.readLine();
      while (line != null && !line.equals("got one")) {
        line = lines.readLine();
      }
      assertEquals("got one", line);
    } finally {
      attach.destroyForcibly();
    }
    assertEquals("got one\n", kubectl.ok("logs", "echo"));
  }

  @AtOnce
  void copyBothWays() throws Exception {
    assumeWebSockets();
    startWeb();
    byte[] bytes = new byte[300_000];
    new java.util.Random(7).nextBytes(bytes);
    Path tree = Files.createDirectories(directory.resolve("tree/deep"));
    Files.write(tree.resolve("bytes"), bytes);
    Files.writeString(tree.resolve("with space"), "text");
    kubectl.ok("cp", directory.resolve("tree").toString(), pod + ":/tmp/there");
    assertEquals(
        "300000 /tmp/there/deep/bytes\n",
        kubectl.ok("exec", pod, "--", "wc", "-c", "/tmp/there/deep/bytes"));
    kubectl.ok("cp", pod + ":/tmp/there", directory.resolve("back").toString());
    assertEquals(-1, Files.mismatch(tree.resolve("bytes"), directory.resolve("back/deep/bytes")));
    assertEquals("text", Files.readString(directory.resolve("back/deep/with space")));
  }

  @AtOnce
  void theProxyReachesServicesAndPods() {
    startWeb();
    String prefix = "/api/v1/namespaces/" + namespace;
    assertEquals("hello\n", kubectl.ok("get", "--raw", prefix + "/services/web:http/proxy/"));
    assertEquals(
        "hello\n", kubectl.ok("get", "--raw", prefix + "/pods/" + pod + ":8080/proxy/index.html"));
  }

  @AtOnce
  void describeTellsWhatTheNodeDid() {
    startWeb();
    // reason and message as kubelet and kube-scheduler 1.33 word them; in a pod's first second
    // their
    // order is nobody's promise
    String events = kubectl.ok("describe", "pod", pod).replaceAll("(?s).*\nEvents:", "");
    for (String event :
        List.of(
            "Normal +Scheduled .* Successfully assigned " + namespace + "/" + pod + " to here",
            "Normal +Created .* Created container: httpd",
            "Normal +Started .* Started container httpd")) {
      assertTrue(events.lines().anyMatch(line -> line.strip().matches(event)), event + events);
    }
    String node = kubectl.ok("describe", "node", "here");
    assertTrue(node.matches("(?s).*" + namespace + " +" + pod + " .*"), node);
    assertTrue(node.matches("(?s).*Container Runtime Version: +docker://.*"), node);
  }

  @AtOnce
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aWatchShowsAPodsLife() throws Exception {
    // What kubectl lists before it watches: once this is shown, nothing that follows is missed.
    kubectl.ok(
        "run",
        "stone",
        "--image=ballast.local/busybox:1",
        "--overrides={\"spec\":{\"nodeSelector\":{\"there\":\"is-none\"}}}");
    Process watch = kubectl.start("get", "pods", "--watch", "--no-headers");
    List<String> seen = new ArrayList<>();
    try (BufferedReader lines = watch.inputReader()) {
      assertEquals("stone", lines.readLine().split(" +")[0]);
      kubectl.ok(
          "run",
          "mayfly",
          "--image=ballast.local/busybox:1",
          "--restart=Never",
          "--",
          "sh",
          "-c",
          "trap 'exit 0' TERM; while :; do sleep 0.1; done");
      readUntil(lines, "Running", seen);
      assertEquals("Pending", seen.getFirst());
      assertTrue(seen.contains("ContainerCreating"), seen::toString);
      kubectl.ok("delete", "pod", "mayfly", "--wait=false");
      readUntil(lines, "Completed", seen);
      assertTrue(seen.contains("Terminating"), seen::toString);
    } finally {
      watch.destroy();
      assertTrue(watch.waitFor(10, TimeUnit.SECONDS));
    }
  }

  /** Adds what the column STATUS shows of the mayfly, line by line. */
  private static void readUntil(BufferedReader lines, String status, List<String> seen)
      throws java.io.IOException {
    while (seen.isEmpty() || !seen.getLast().equals(status)) {
      String[] columns = lines.readLine().split(" +");
      if (columns[0].equals("mayfly")) {
        seen.add(columns[2]);
      }
    }
  }
}

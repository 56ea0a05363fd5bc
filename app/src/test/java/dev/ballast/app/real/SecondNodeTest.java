package dev.ballast.app.real;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ballast node} on a second engine, as on another machine: it joins by the token file alone,
 * runs its share of the pods, is reached through the tunnel that it dials, and after kill -9 adopts
 * what runs.
 */
@Tag("clients")
@Tag("docker")
class SecondNodeTest {

  @TempDir Path directory;

  private Kubectl kubectl;

  @Test
  void joinsRunsPodsAndAdoptsThemAfterKill() throws Exception {
    try (SecondEngine second = SecondEngine.start();
        ServerProcess server =
            ServerProcess.start(directory.resolve("data"), "--port", "0", "--node-name", "first")) {
      kubectl = Kubectl.of("1.33", server.kubeconfig(), directory);
      // all that another machine is given: the address and this one file
      Path token = Files.copy(server.nodeToken(), directory.resolve("copied-token"));
      Program node = startNode(server, token, second);
      awaitStatus("second", "Ready");
      startPods();
      List<String> before = second.engine().running(uid("on-second"), "main");
      assertEquals(1, before.size(), "it runs on the second engine");
      assertEquals(List.of(), Engine.ofThisMachine().running(uid("on-second"), "main"));
      assertEquals(1, Engine.ofThisMachine().running(uid("on-first"), "main").size());
      reachThroughTheTunnel("on-first");
      reachThroughTheTunnel("on-second");

      node.kill();
      assertNotEquals(0, kubectl.run("exec", "on-second", "--", "true").exitCode());
      assertEquals(before, second.engine().running(uid("on-second"), "main"));
      node = startNode(server, token, second);
      await()
          .atMost(60, SECONDS)
          .until(() -> kubectl.run("exec", "on-second", "--", "true").exitCode() == 0);
      kubectl.ok("wait", "--for=condition=Ready", "pod/on-second", "--timeout=60s");
      assertEquals(before, second.engine().running(uid("on-second"), "main"), "it is adopted");
      assertEquals("0", restarts("on-second"));
      reachThroughTheTunnel("on-second");

      kubectl.ok("delete", "pods", "--all", "--grace-period=1", "--timeout=60s");
      assertEquals(0, node.stop(), "a stop that was asked for is no failure");
      await().atMost(30, SECONDS).until(() -> second.engine().all().isEmpty());
    }
  }

  private Program startNode(ServerProcess server, Path token, SecondEngine engine) {
    return Program.start(
        "node second of ",
        Map.of("DOCKER_HOST", engine.engine().address()),
        List.of(
            "node",
            "--server",
            server.url(),
            "--token-file",
            token.toString(),
            "--data",
            directory.resolve("node").toString(),
            "--node-name",
            "second"));
  }

  private void startPods() {
    for (String node : List.of("first", "second")) {
      awaitStatus(node, "Ready");
      String pod = Manifest.text("clients/on-node.yaml").replace("NODE", node);
      kubectl.runWithInput(pod, "apply", "-f", "-").ok();
    }
    kubectl.ok("wait", "--for=condition=Ready", "pod/on-first", "pod/on-second", "--timeout=90s");
  }

  private void reachThroughTheTunnel(String pod) throws Exception {
    assertEquals("serving on " + pod + "\n", kubectl.ok("logs", pod));
    assertEquals(pod + "\n", kubectl.ok("exec", pod, "--", "hostname"));
    assertEquals(
        pod + "\n",
        kubectl.ok("get", "--raw", "/api/v1/namespaces/default/pods/" + pod + ":8080/proxy/"));
    Path file = Files.writeString(directory.resolve("sent"), "to " + pod);
    Path back = directory.resolve("back");
    kubectl.ok("cp", file.toString(), pod + ":/tmp/there");
    kubectl.ok("cp", pod + ":/tmp/there", back.toString());
    assertEquals("to " + pod, Files.readString(back));
  }

  private void awaitStatus(String node, String status) {
    await()
        .atMost(60, SECONDS)
        .until(
            () -> {
              Kubectl.Result line = kubectl.run("get", "node", node, "--no-headers");
              return line.exitCode() == 0 && line.output().split(" +")[1].equals(status);
            });
  }

  private String uid(String pod) {
    return kubectl.ok("get", "pod", pod, "-o=jsonpath={.metadata.uid}");
  }

  private String restarts(String pod) {
    return kubectl.ok("get", "pod", pod, "-o=jsonpath={.status.containerStatuses[0].restartCount}");
  }
}

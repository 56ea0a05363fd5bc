package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.StreamRequest;
import dev.ballast.core.resource.ObjectKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main road: a pod on the real engine, from its object to its end. */
@Tag("docker")
class PodOnDockerTest {

  @TempDir Path data;
  private DockerCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new DockerCluster(data);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private ObjectKey web() throws Exception {
    return cluster.create(
        "web",
        """
        {"terminationGracePeriodSeconds":5,"containers":[{"name":"app","image":"%s",
         "command":["sh","-c","echo started; trap 'echo bye; exit 0' TERM; mkdir -p /www; echo hello >/www/index.html; httpd -f -p 8080 -h /www & wait"],
         "readinessProbe":{"httpGet":{"path":"/","port":8080},"periodSeconds":1}}]}
        """
            .formatted(DockerCluster.IMAGE));
  }

  @Test
  void runsAnswersAndEndsGracefully() throws Exception {
    ObjectKey pod = web();
    await(() -> cluster.isReady(pod));
    assertEquals("Running", cluster.phase(pod));
    assertTrue(cluster.container(pod, 0).path("containerID").asText().startsWith("docker://"));
    assertTrue(cluster.container(pod, 0).path("imageID").asText().startsWith("docker://sha256:"));
    assertEquals("started\n", cluster.logs(pod, "app"));

    Pipe http =
        cluster.serve(
            new StreamRequest.Http(
                "default", "web", "", "http", 8080, "GET", "/index.html", Map.of()));
    http.client(new Frame(Frame.CLOSE, new byte[] {Frame.STDIN}));
    assertTrue(http.awaitClose(10));
    assertTrue(http.text(Frame.HEAD).contains("\"status\":200"), http.text(Frame.HEAD));
    assertEquals("hello\n", http.text(Frame.STDOUT));

    cluster.delete(pod, -1);
    await(() -> cluster.get(pod).isEmpty());
    await(() -> cluster.runtime.list().isEmpty());
  }

  @Test
  void execPassesStreamsAndExitCode() throws Exception {
    ObjectKey pod = web();
    await(() -> cluster.phase(pod).equals("Running"));
    Pipe exec =
        cluster.serve(
            new StreamRequest.Exec(
                "default",
                "web",
                "",
                "app",
                List.of("sh", "-c", "cat; echo oops >&2; exit 7"),
                true,
                true,
                true,
                false));
    exec.client(Frame.text(Frame.STDIN, "over the wire\n"));
    exec.client(new Frame(Frame.CLOSE, new byte[] {Frame.STDIN}));
    assertTrue(exec.awaitClose(10), "the end of stdin must reach the process");
    assertEquals("over the wire\n", exec.text(Frame.STDOUT));
    assertEquals("oops\n", exec.text(Frame.STDERR));
    assertTrue(exec.text(Frame.ERROR).contains("\"ExitCode\",\"message\":\"7\""));
  }

  @Test
  void aNewAgentAdoptsWhatRuns() throws Exception {
    ObjectKey pod = web();
    await(() -> cluster.isReady(pod));
    List<ContainerState> before = cluster.runtime.list();
    cluster.dropAgent();
    cluster.startAgent();
    ObjectKey other = cluster.create("other", spec("sleep 600", "Always"));
    await(() -> cluster.phase(other).equals("Running"));
    assertTrue(cluster.isReady(pod), "adoption must not make a pod unready");
    assertTrue(
        cluster.runtime.list().stream()
            .map(ContainerState::id)
            .toList()
            .containsAll(before.stream().map(ContainerState::id).toList()));
    assertEquals(0, cluster.container(pod, 0).path("restartCount").asInt());
  }

  @Test
  void containersWhosePodIsGoneAreReaped() throws Exception {
    ObjectKey pod = cluster.create("orphan", spec("sleep 600", "Always"));
    await(() -> cluster.phase(pod).equals("Running"));
    cluster.dropAgent();
    cluster.delete(pod, 0);
    await(() -> cluster.get(pod).isEmpty());
    cluster.startAgent();
    await(() -> cluster.runtime.list().isEmpty());
  }

  @Test
  void jobsPodSucceedsOrFailsWithItsExitCode() throws Exception {
    ObjectKey good = cluster.create("good", spec("echo done >/dev/termination-log", "Never"));
    ObjectKey bad = cluster.create("bad", spec("exit 3", "Never"));
    await(() -> cluster.phase(good).equals("Succeeded") && cluster.phase(bad).equals("Failed"));
    assertEquals(
        "done",
        cluster
            .container(good, 0)
            .path("state")
            .path("terminated")
            .path("message")
            .asText()
            .strip());
    assertEquals(
        3, cluster.container(bad, 0).path("state").path("terminated").path("exitCode").asInt());
    assertEquals(1, cluster.containers(bad).size(), "restartPolicy Never");
  }

  @Test
  void aCrashIsRestartedAndCounted() throws Exception {
    ObjectKey pod = cluster.create("crash", spec("exit 1", "Always"));
    await(
        () ->
            cluster
                .container(pod, 0)
                .path("state")
                .path("waiting")
                .path("reason")
                .asText()
                .equals("CrashLoopBackOff"));
    assertEquals(1, cluster.container(pod, 0).path("restartCount").asInt());
    assertEquals(
        1, cluster.container(pod, 0).path("lastState").path("terminated").path("exitCode").asInt());
  }

  @Test
  void memoryOverTheLimitIsOomKilled() throws Exception {
    ObjectKey pod =
        cluster.create(
            "oom",
            """
            {"restartPolicy":"Never","containers":[{"name":"app","image":"%s",
             "command":["sh","-c","x=0123456789; while true; do x=$x$x$x$x; done"],
             "resources":{"limits":{"memory":"16Mi"}}}]}
            """
                .formatted(DockerCluster.IMAGE));
    await(() -> cluster.phase(pod).equals("Failed"));
    assertEquals(
        "OOMKilled",
        cluster.container(pod, 0).path("state").path("terminated").path("reason").asText());
    assertEquals("Burstable", cluster.status(pod).path("qosClass").asText());
  }

  static String spec(String script, String restartPolicy) {
    return """
        {"restartPolicy":"%s","terminationGracePeriodSeconds":1,
         "containers":[{"name":"app","image":"%s","command":["sh","-c","%s"]}]}
        """
        .formatted(restartPolicy, DockerCluster.IMAGE, script);
  }
}

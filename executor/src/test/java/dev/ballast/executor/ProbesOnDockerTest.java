package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Probes, hooks and the way to the end. */
@Tag("docker")
class ProbesOnDockerTest extends OnDocker {

  /**
   * What a gRPC server answers to a health check, as bytes for printf: settings, headers, the
   * message SERVING, trailers.
   */
  private static final String SERVING =
      "\\000\\000\\000\\004\\000\\000\\000\\000\\000"
          + "\\000\\000\\001\\001\\004\\000\\000\\000\\001\\210"
          + "\\000\\000\\007\\000\\000\\000\\000\\000\\001\\000\\000\\000\\000\\002\\010\\001"
          + "\\000\\000\\001\\001\\005\\000\\000\\000\\001\\210";

  @Test
  void tcpAndGrpcProbesMakeReady() throws Exception {
    ObjectKey tcp =
        script(
            "tcp",
            "sleep 2; exec httpd -f -p 81",
            "\"readinessProbe\":{\"tcpSocket\":{\"port\":\"web\"},\"periodSeconds\":1},"
                + "\"ports\":[{\"name\":\"web\",\"containerPort\":81}]",
            "");
    ObjectKey grpc =
        script(
            "grpc",
            "printf '"
                + SERVING.replace("\\", "\\\\").replace("\\\\", "\\")
                + "' >/a;"
                + " while true; do nc -l -p 82 </a >/dev/null; done",
            "\"readinessProbe\":{\"grpc\":{\"port\":82},\"periodSeconds\":1}",
            "");
    ObjectKey deaf =
        script(
            "deaf",
            "exec sleep 600",
            "\"readinessProbe\":{\"grpc\":{\"port\":83},\"periodSeconds\":1}",
            "");
    await(() -> cluster.isReady(tcp));
    await(() -> cluster.isReady(grpc));
    await(() -> cluster.events("deaf").contains("Unhealthy"));
    assertFalse(cluster.isReady(deaf));
    assertTrue(cluster.events("tcp").contains("Unhealthy"), "it was not ready at first");
  }

  @Test
  void aStartThatFailsItsProbeIsRestartedWithTheProbesOwnGrace() throws Exception {
    ObjectKey pod =
        script(
            "slow",
            "trap '' TERM; while true; do sleep 0.1; done",
            "\"startupProbe\":{\"exec\":{\"command\":[\"false\"]},\"periodSeconds\":1,"
                + "\"failureThreshold\":2,\"terminationGracePeriodSeconds\":1}",
            "\"restartPolicy\":\"Always\",\"terminationGracePeriodSeconds\":600");
    await(() -> cluster.container(pod, 0).path("restartCount").asInt() == 1);
    assertEquals(
        137, cluster.container(pod, 0).at("/lastState/terminated/exitCode").asInt(), "killed");
    assertFalse(cluster.container(pod, 0).path("started").asBoolean());
    cluster.delete(pod, 0);
  }

  @Test
  void hooksCanAskOverHttpAndSleep() throws Exception {
    ObjectKey pod =
        script(
            "hooked",
            "trap 'exit 0' TERM; mkdir /w; echo ok >/w/hook; httpd -p 84 -h /w; touch /up;"
                + " while true; do sleep 0.1; done",
            "\"lifecycle\":{\"preStop\":{\"sleep\":{\"seconds\":2}}},"
                + "\"readinessProbe\":{\"httpGet\":{\"path\":\"/hook\",\"port\":84},\"periodSeconds\":1}",
            "\"terminationGracePeriodSeconds\":20");
    await(() -> cluster.isReady(pod));
    long begun = System.nanoTime();
    cluster.delete(pod, -1);
    await(() -> cluster.get(pod).isEmpty());
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertTrue(took.compareTo(Duration.ofSeconds(2)) >= 0, "it slept: " + took);
    ObjectKey broken =
        script(
            "broken",
            "exec sleep 600",
            "\"lifecycle\":{\"postStart\":{\"httpGet\":{\"path\":\"/x\",\"port\":85}}}",
            "");
    await(() -> cluster.events("broken").contains("FailedPostStartHook"));
    await(() -> isOver(broken));
  }

  @Test
  void aPreStopHookRunsOnceThoughTheAgentDiesInIt() throws Exception {
    ObjectKey pod =
        script(
            "once",
            "trap 'echo end >>/h/log; exit 0' TERM; while true; do sleep 0.1; done",
            "\"volumeMounts\":[{\"name\":\"h\",\"mountPath\":\"/h\"}],\"lifecycle\":{\"preStop\":"
                + "{\"exec\":{\"command\":[\"sh\",\"-c\",\"echo hook >>/h/log; sleep 3\"]}}}",
            "\"terminationGracePeriodSeconds\":20,\"volumes\":[{\"name\":\"h\",\"hostPath\":{\"path\":\""
                + data.resolve("h")
                + "\"}}]");
    await(() -> cluster.phase(pod).equals("Running"));
    cluster.delete(pod, -1);
    await(() -> Files.exists(data.resolve("h/log")));
    cluster.dropAgent();
    cluster.startAgent();
    await(() -> cluster.get(pod).isEmpty());
    assertEquals(
        List.of("hook", "end"),
        Files.readAllLines(data.resolve("h/log")).stream().distinct().toList());
    assertEquals(
        1, Files.readAllLines(data.resolve("h/log")).stream().filter("hook"::equals).count());
  }

  @Test
  void whoDoesNotHeedTheSignalIsKilledAfterItsGrace() throws Exception {
    ObjectKey pod =
        script(
            "deaf",
            "trap '' TERM; while true; do sleep 0.1; done",
            "",
            "\"activeDeadlineSeconds\":2");
    await(() -> cluster.phase(pod).equals("Failed"));
    assertEquals("DeadlineExceeded", cluster.status(pod).path("reason").asText());
    await(() -> cluster.containers(pod).stream().noneMatch(c -> c.isRunning()));
    await(() -> cluster.container(pod, 0).at("/state/terminated/exitCode").asInt() == 137);
  }
}

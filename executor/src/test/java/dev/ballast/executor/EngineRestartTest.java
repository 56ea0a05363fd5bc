package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.resource.ObjectKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The engine goes away under a running agent and comes back. */
@Tag("docker")
class EngineRestartTest {

  @TempDir(cleanup = CleanupMode.NEVER)
  Path home;

  @Test
  void withLiveRestoreContainersAreAdopted() throws Exception {
    try (OwnEngine engine = new OwnEngine(home, "blst-live0", 41, true);
        DockerCluster cluster =
            new DockerCluster(Files.createDirectory(home.resolve("a")), engine.host())) {
      ObjectKey pod = cluster.create("web", PodOnDockerTest.spec("exec sleep 600", "Always"));
      await(() -> cluster.isReady(pod));
      List<String> before = ids(cluster);
      engine.stop();
      engine.start();
      ObjectKey other = cluster.create("other", PodOnDockerTest.spec("exec sleep 600", "Always"));
      await(() -> cluster.isReady(other));
      assertTrue(ids(cluster).containsAll(before), "nothing was restarted");
      assertEquals(0, cluster.container(pod, 0).path("restartCount").asInt());
    }
  }

  @Test
  void withoutLiveRestoreTheRestartPolicyDecides() throws Exception {
    try (OwnEngine engine = new OwnEngine(home, "blst-dead0", 42, false);
        DockerCluster cluster =
            new DockerCluster(Files.createDirectory(home.resolve("b")), engine.host())) {
      ObjectKey service =
          cluster.create("service", PodOnDockerTest.spec("exec sleep 600", "Always"));
      ObjectKey job = cluster.create("job", PodOnDockerTest.spec("exec sleep 600", "Never"));
      await(() -> cluster.isReady(service) && cluster.isReady(job));
      engine.stop();
      engine.start();
      await(() -> cluster.phase(job).equals("Failed"));
      // an engine that goes down takes a pod's containers one by one: a restart may come in between
      await(
          () ->
              cluster.container(service, 0).path("restartCount").asInt() >= 1
                  && cluster.isReady(service));
      assertEquals(
          1, cluster.containers(service).stream().filter(ContainerState::isRunning).count());
      assertEquals(1, cluster.containers(job).size());
    }
  }

  private static List<String> ids(DockerCluster cluster) {
    return cluster.runtime.list().stream().map(ContainerState::id).toList();
  }
}

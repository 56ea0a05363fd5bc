package dev.ballast.executor.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.RuntimeInfo;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.executor.DockerCluster;
import dev.ballast.executor.docker.DockerRuntime;
import dev.ballast.testkit.time.WallTimers;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a disk that is said to be full, pulled images that nothing uses go; others' stay. */
@Tag("docker")
class ImageCleanerOnDockerTest {

  private static final String PULLED = "ballast.local/cleaner-pulled:1";
  private static final String OTHERS = "ballast.local/cleaner-others:1";

  @TempDir Path data;

  @Test
  void onlyWhatThisAgentPulledIsRemoved() throws Exception {
    DockerCluster.makeImage();
    build(PULLED);
    build(OTHERS);
    try (ContainerRuntime runtime =
        DockerRuntime.connect(
            DockerCluster.host(), "test-cleaner", "bridge", new WallTimers(), 0)) {
      ImageCleaner cleaner = new ImageCleaner(runtime, Telemetry.NONE, data.resolve("pulled"));
      cleaner.pulled(PULLED);
      cleaner.clean(disk(runtime.info(), 50));
      assertTrue(runtime.image(PULLED).isPresent(), "there is room");
      new ImageCleaner(runtime, Telemetry.NONE, data.resolve("pulled"))
          .clean(disk(runtime.info(), 5));
      assertTrue(runtime.images().stream().noneMatch(i -> i.references().contains(PULLED)));
      assertTrue(runtime.image(OTHERS).isPresent());
    } finally {
      docker("docker rmi -f " + PULLED + " " + OTHERS + " >/dev/null 2>&1; true");
    }
  }

  /** An image of its own id, which no container uses. */
  private void build(String name) throws Exception {
    docker("echo " + name + " >f && tar c f | docker import - " + name + " >/dev/null");
  }

  private void docker(String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", script).directory(data.toFile()).inheritIO().start();
    assertTrue(process.waitFor() == 0, script);
  }

  private static RuntimeInfo disk(RuntimeInfo info, int percentFree) {
    return new RuntimeInfo(
        info.name(),
        info.version(),
        info.operatingSystem(),
        info.osImage(),
        info.kernelVersion(),
        info.architecture(),
        info.cpus(),
        info.memoryBytes(),
        info.memoryFreeBytes(),
        100,
        percentFree,
        info.gateway(),
        false);
  }
}

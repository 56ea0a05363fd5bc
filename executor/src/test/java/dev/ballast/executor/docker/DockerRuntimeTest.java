package dev.ballast.executor.docker;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.PodRef;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.executor.DockerCluster;
import dev.ballast.testkit.container.ContainerRuntimeContract;
import dev.ballast.testkit.container.Specimens;
import dev.ballast.testkit.time.WallTimers;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("docker")
class DockerRuntimeTest extends ContainerRuntimeContract {

  private final WallTimers timers = new WallTimers();
  private final RandomIds ids = new RandomIds(new SecureRandom());
  private DockerRuntime runtime;

  @BeforeAll
  static void image0() throws Exception {
    DockerCluster.makeImage();
  }

  @BeforeEach
  void connect() {
    runtime =
        DockerRuntime.connect(
            DockerCluster.host(), "contract-" + ids.suffix(6), "bridge", timers, 1);
  }

  @AfterEach
  void cleanUp() {
    runtime.list().forEach(c -> runtime.remove(c.id()));
    runtime.close();
  }

  @Override
  protected ContainerRuntime runtime() {
    return runtime;
  }

  @Override
  protected PodRef pod() {
    return new PodRef("default", "p", ids.uid());
  }

  @Override
  protected String image() {
    return DockerCluster.IMAGE;
  }

  @Override
  protected List<String> forever() {
    return List.of("sleep", "600");
  }

  @Override
  protected String startEnding(PodRef pod, String sandbox, String name, int code) {
    List<String> command = List.of("sh", "-c", "echo ending; exit " + code);
    String id =
        id(runtime.createContainer(Specimens.container(pod, name, 0, sandbox, image(), command)));
    id(runtime.start(id));
    return id;
  }

  @Override
  protected void await(BooleanSupplier condition) {
    DockerCluster.await(condition::getAsBoolean);
  }
}

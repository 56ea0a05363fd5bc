package dev.ballast.testkit.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.ContainerState.Phase;
import dev.ballast.core.container.ExecResult;
import dev.ballast.core.container.LogQuery;
import dev.ballast.core.container.PodRef;
import dev.ballast.core.container.PullResult;
import dev.ballast.core.container.RuntimeResult;
import dev.ballast.core.container.StreamOptions;
import dev.ballast.core.container.StreamResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ContainerRuntime} does. An adapter's test extends it and says how time passes
 * and which image runs for ever or ends.
 */
public abstract class ContainerRuntimeContract {

  protected abstract ContainerRuntime runtime();

  /** A pod that no other test uses. */
  protected abstract PodRef pod();

  /** An image that is there; with {@link #forever} it runs until it is stopped. */
  protected abstract String image();

  protected abstract List<String> forever();

  /** Creates and starts a container that ends by itself, soon, with the code. */
  protected abstract String startEnding(PodRef pod, String sandbox, String name, int code);

  /** Lets time pass until the condition holds; fails when it does not within reason. */
  protected abstract void await(BooleanSupplier condition);

  protected static String id(RuntimeResult result) {
    return assertInstanceOf(RuntimeResult.Done.class, result).id();
  }

  private String sandbox(PodRef pod) {
    String id = id(runtime().createSandbox(Specimens.sandbox(pod, 0)));
    id(runtime().start(id));
    return id;
  }

  private String running(PodRef pod, String sandbox, String name) {
    String id =
        id(
            runtime()
                .createContainer(Specimens.container(pod, name, 0, sandbox, image(), forever())));
    id(runtime().start(id));
    return id;
  }

  private ContainerState state(String id) {
    return runtime().inspect(id).orElseThrow();
  }

  @Test
  void aSandboxGetsAnAddressAndCarriesItsPod() {
    PodRef pod = pod();
    String id = id(runtime().createSandbox(Specimens.sandbox(pod, 0)));
    assertEquals(Phase.CREATED, state(id).phase());
    id(runtime().start(id));
    ContainerState state = state(id);
    assertTrue(state.isSandbox() && state.isRunning());
    assertEquals(pod, state.pod());
    assertFalse(state.address().isEmpty());
  }

  @Test
  void creatingTheSameNameTwiceMakesOne() {
    PodRef pod = pod();
    String sandbox = sandbox(pod);
    assertEquals(sandbox, id(runtime().createSandbox(Specimens.sandbox(pod, 0))));
    String app = running(pod, sandbox, "app");
    assertEquals(
        app,
        id(
            runtime()
                .createContainer(Specimens.container(pod, "app", 0, sandbox, image(), forever()))));
    assertEquals(2, runtime().list(pod.uid()).size());
  }

  @Test
  void startingTwiceIsFineButNeverAfterTheEnd() {
    PodRef pod = pod();
    String sandbox = sandbox(pod);
    String app = running(pod, sandbox, "app");
    id(runtime().start(app));
    runtime().stop(app, Duration.ofSeconds(1));
    await(() -> state(app).isExited());
    assertInstanceOf(RuntimeResult.Refused.class, runtime().start(app));
    assertTrue(state(app).isExited());
  }

  @Test
  void anEndShowsItsCodeAndItsTimes() {
    PodRef pod = pod();
    String id = startEnding(pod, sandbox(pod), "job", 3);
    await(() -> state(id).isExited());
    ContainerState state = state(id);
    assertEquals(3, state.exitCode());
    assertFalse(state.oomKilled());
    assertFalse(state.finishedAt().isBefore(state.startedAt()));
  }

  @Test
  void aLaterStopWithLessGraceHastens() {
    PodRef pod = pod();
    String app = running(pod, sandbox(pod), "app");
    runtime().stop(app, Duration.ofSeconds(600));
    runtime().stop(app, Duration.ZERO);
    await(() -> state(app).isExited());
    assertTrue(state(app).exitCode() != 0);
  }

  @Test
  void stoppingAndRemovingWhatIsGoneDoesNothing() {
    PodRef pod = pod();
    String app = running(pod, sandbox(pod), "app");
    id(runtime().remove(app));
    assertEquals(Optional.empty(), runtime().inspect(app));
    id(runtime().remove(app));
    runtime().stop(app, Duration.ZERO);
    assertEquals(1, runtime().list(pod.uid()).size());
  }

  @Test
  void everyEndIsToldAsAnEvent() {
    PodRef pod = pod();
    Set<String> told = ConcurrentHashMap.newKeySet();
    try (ContainerRuntime.Subscription ignored =
        runtime().events(event -> told.add(event.podUid()))) {
      assertFalse(ignored == null);
      String id = startEnding(pod, sandbox(pod), "job", 0);
      await(() -> state(id).isExited());
      await(() -> told.contains(pod.uid()));
    }
  }

  @Test
  void execRunsInARunningContainerOnly() {
    PodRef pod = pod();
    String app = running(pod, sandbox(pod), "app");
    ExecResult result = runtime().exec(app, List.of("true"), Duration.ofSeconds(10));
    assertEquals(0, assertInstanceOf(ExecResult.Exited.class, result).code());
    runtime().stop(app, Duration.ZERO);
    await(() -> state(app).isExited());
    assertInstanceOf(
        ExecResult.Failed.class, runtime().exec(app, List.of("true"), Duration.ofSeconds(10)));
    assertInstanceOf(
        StreamResult.Failed.class,
        runtime().openExec(app, List.of("true"), new StreamOptions(false, true, true, false)));
  }

  @Test
  void logsOfTheDeadCanBeReadAndEnd() throws IOException {
    PodRef pod = pod();
    String id = startEnding(pod, sandbox(pod), "job", 0);
    await(() -> state(id).isExited());
    StreamResult.Open open =
        assertInstanceOf(StreamResult.Open.class, runtime().logs(id, LogQuery.ALL));
    try (var stream = open.stream()) {
      int bytes = 0;
      for (var chunk = stream.read(); chunk.isPresent(); chunk = stream.read()) {
        bytes += chunk.get().data().length;
      }
      assertTrue(bytes > 0);
    }
    assertInstanceOf(StreamResult.Failed.class, runtime().logs("nobody", LogQuery.ALL));
  }

  @Test
  void theDiskThatAContainerTakesIsCounted() {
    PodRef pod = pod();
    String app = running(pod, sandbox(pod), "app");
    assertTrue(runtime().diskUsage(app).orElseThrow().total() >= 0);
    id(runtime().remove(app));
    assertEquals(Optional.empty(), runtime().diskUsage(app));
  }

  @Test
  void nothingAnswersWhereNoPodIs() {
    assertThrows(
        IOException.class, () -> runtime().dial("127.0.0.2", 9, Duration.ofSeconds(2)).close());
  }

  @Test
  void anImageThatCannotBePulledSaysSo() {
    assertTrue(runtime().image(image()).isPresent());
    String missing = "127.0.0.1:9/no-such:1";
    assertEquals(Optional.empty(), runtime().image(missing));
    AtomicReference<PullResult> result = new AtomicReference<>();
    runtime().pull(missing, Optional.empty(), result::set);
    await(() -> result.get() != null);
    PullResult.Failed failed = assertInstanceOf(PullResult.Failed.class, result.get());
    assertEquals("ErrImagePull", failed.reason());
    assertFalse(failed.message().isEmpty());
    assertFalse(failed.message().contains("{"), "for a person: " + failed.message());
  }
}

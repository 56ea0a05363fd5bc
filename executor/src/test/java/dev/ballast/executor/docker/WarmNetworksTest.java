package dev.ballast.executor.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.ContainerState.Phase;
import dev.ballast.core.container.ExecResult;
import dev.ballast.core.container.PodRef;
import dev.ballast.core.container.RuntimeResult;
import dev.ballast.core.container.SandboxSpec;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.executor.DockerCluster;
import dev.ballast.testkit.container.Specimens;
import dev.ballast.testkit.time.WallTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sandboxes on networks made ahead: what a pod sees, and every way to lose one. */
@Tag("docker")
class WarmNetworksTest {

  private static final int SIZE = 2;

  private final WallTimers timers = new WallTimers();
  private final RandomIds ids = new RandomIds(new SecureRandom());
  private final String scope = "warm-" + ids.suffix(6);
  private final PodRef pod = new PodRef("default", "the-pod", ids.uid());
  private final List<DockerRuntime> killed = new ArrayList<>();
  private DockerRuntime runtime;

  @BeforeAll
  static void image() throws Exception {
    DockerCluster.makeImage();
  }

  @BeforeEach
  void connect() {
    runtime = DockerRuntime.connect(DockerCluster.host(), scope, "bridge", timers, SIZE);
    DockerCluster.await(() -> runtime.networks().size() > 0);
  }

  @AfterEach
  void cleanUp() {
    runtime.list().forEach(c -> runtime.remove(c.id()));
    runtime.close();
    killed.forEach(DockerRuntime::close);
  }

  /** Another agent in the place of one that was killed: it knows what the engine knows. */
  private void anotherAgent() {
    DockerCluster.await(() -> runtime.networks().size() == SIZE);
    killed.add(runtime);
    runtime = DockerRuntime.connect(DockerCluster.host(), scope, "bridge", timers, SIZE);
  }

  private static String id(RuntimeResult result) {
    return assertInstanceOf(RuntimeResult.Done.class, result, result.toString()).id();
  }

  private String created(SandboxSpec spec) {
    return id(runtime.createSandbox(spec));
  }

  private ContainerState state(String id) {
    return runtime.inspect(id).orElseThrow();
  }

  private String app(String sandbox, int attempt) {
    List<String> command = List.of("sleep", "600");
    String app =
        id(
            runtime.createContainer(
                Specimens.container(pod, "app", attempt, sandbox, DockerCluster.IMAGE, command)));
    return id(runtime.start(app));
  }

  private String said(String container, String script) {
    ExecResult result =
        runtime.exec(container, List.of("sh", "-c", script), Duration.ofSeconds(20));
    return assertInstanceOf(ExecResult.Exited.class, result, result.toString()).output();
  }

  private String holderOf(String sandbox) {
    return runtime.networks().holderOf(sandbox).orElseThrow();
  }

  @Test
  void thePodSeesItsOwnNameHostsAddressAndDns() throws IOException {
    String sandbox = created(Specimens.sandbox(pod, 0));
    assertTrue(runtime.networks().serves(sandbox), "the sandbox took a network made ahead");
    assertEquals(Phase.CREATED, state(sandbox).phase());
    id(runtime.start(sandbox));
    String address = state(sandbox).address();
    String app = app(sandbox, 0);
    assertEquals("the-pod\nthe-pod", said(app, "hostname; cat /etc/hostname").strip());
    String hosts = said(app, "cat /etc/hosts");
    assertTrue(hosts.contains("127.0.0.1\tlocalhost"), hosts);
    assertTrue(hosts.contains(address + "\tthe-pod"), hosts);
    assertTrue(said(app, "ip addr show eth0").contains("inet " + address + "/"));
    assertFalse(said(app, "ip link").contains("docker0"), "not the machine's network");
    assertEquals("0000000000000000", capabilities(sandbox, "CapEff"));
    assertEquals("0000000000000000", capabilities(sandbox, "CapPrm"));
    assertEquals(0, Long.parseLong(capabilities(sandbox, "CapBnd"), 16) >> 21 & 1, "SYS_ADMIN");

    String cold = created(withPort(new PodRef("default", "cold", ids.uid())));
    id(runtime.start(cold));
    String resolve = "cat /etc/resolv.conf";
    ContainerState coldState = state(cold);
    assertFalse(runtime.networks().serves(cold), "host ports belong to the network's creation");
    String coldApp =
        id(
            runtime.createContainer(
                Specimens.container(
                    coldState.pod(),
                    "app",
                    0,
                    cold,
                    DockerCluster.IMAGE,
                    List.of("sleep", "600"))));
    id(runtime.start(coldApp));
    assertEquals(nameservers(said(coldApp, resolve)), nameservers(said(app, resolve)));
  }

  private static List<String> nameservers(String file) {
    return file.lines().filter(line -> line.startsWith("nameserver")).toList();
  }

  private String capabilities(String sandbox, String set) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + runtime.processOf(sandbox) + "/status")).stream()
        .filter(line -> line.startsWith(set + ":"))
        .map(line -> line.substring(set.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  private SandboxSpec withPort(PodRef other) {
    SandboxSpec plain = Specimens.sandbox(other, 0);
    return new SandboxSpec(
        plain.pod(),
        plain.name(),
        0,
        plain.hostname(),
        false,
        false,
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(new SandboxSpec.PortMapping(80, 39_117, "127.0.0.1", "TCP")),
        Map.of(),
        Map.of());
  }

  @Test
  void aRestartedContainerKeepsTheAddress() {
    String sandbox = created(Specimens.sandbox(pod, 0));
    id(runtime.start(sandbox));
    String first = app(sandbox, 0);
    said(first, "touch /left");
    runtime.stop(first, Duration.ZERO);
    DockerCluster.await(() -> state(first).isExited());
    String second = app(sandbox, 1);
    assertTrue(said(second, "ip addr").contains(state(sandbox).address() + "/"));
    assertEquals("fresh", said(second, "test -e /left || echo fresh").strip());
  }

  @Test
  void anAgentKilledBetweenCreateAndStartLosesNothing() {
    String sandbox = created(Specimens.sandbox(pod, 0));
    String address = state(sandbox).address();
    anotherAgent();
    assertEquals(sandbox, created(Specimens.sandbox(pod, 0)));
    id(runtime.start(sandbox));
    assertEquals(address, state(sandbox).address());
    assertTrue(state(sandbox).isRunning());
  }

  @Test
  void anAgentKilledAfterTheStartIsFollowedByOneThatAdopts() {
    String sandbox = created(Specimens.sandbox(pod, 0));
    id(runtime.start(sandbox));
    String app = app(sandbox, 0);
    ContainerState before = state(sandbox);
    anotherAgent();
    assertEquals(before, state(sandbox));
    assertEquals(2, runtime.list(pod.uid()).size(), "the network's holder is nobody's container");
    id(runtime.remove(app));
    String holder = holderOf(sandbox);
    id(runtime.remove(sandbox));
    assertTrue(runtime.inspect(holder).isEmpty(), "the network goes with its sandbox");
  }

  @Test
  void networksOfAnAgentThatIsGoneAreNotTakenButRemoved() {
    String sandbox = created(Specimens.sandbox(pod, 0));
    id(runtime.start(sandbox));
    String kept = holderOf(sandbox);
    DockerRuntime gone = runtime;
    anotherAgent();
    List<String> left = gone.networks().unused();
    assertEquals(SIZE, left.size());
    DockerCluster.await(
        () -> {
          runtime.list();
          return left.stream().allMatch(id -> runtime.inspect(id).isEmpty());
        });
    assertTrue(runtime.inspect(kept).isPresent());
    assertTrue(state(sandbox).isRunning());
  }

  @Test
  void aSandboxWhoseNetworkIsGoneHasEnded() {
    String sandbox = created(Specimens.sandbox(pod, 0));
    id(runtime.start(sandbox));
    id(runtime.remove(holderOf(sandbox)));
    DockerCluster.await(() -> state(sandbox).isExited());
    assertTrue(runtime.list(pod.uid()).getFirst().isExited());
    assertInstanceOf(RuntimeResult.Refused.class, runtime.start(sandbox));
  }
}

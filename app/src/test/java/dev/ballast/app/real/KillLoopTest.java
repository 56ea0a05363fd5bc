package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 under load: what was acknowledged is there afterwards, and the containers that ran before
 * are those that run: none lost, none started twice. The journal lives in this process, outside the
 * server. {@code -Dballast.kills=50} for the long run; {@code -Dballast.seed} repeats one.
 */
@Tag("clients")
@Tag("docker")
class KillLoopTest {

  private static final int KILLS = Integer.getInteger("ballast.kills", 5);
  private static final int WRITES_BETWEEN_KILLS = 200;
  private static final int WRITERS = 4;

  @TempDir Path directory;

  /** name → the highest value that the server acknowledged. */
  private final Map<String, Integer> journal = new ConcurrentHashMap<>();

  /** Ids of the containers of the Deployment that runs through all kills. */
  private Set<String> containers = Set.of();

  @Test
  void nothingAcknowledgedIsLostAndEveryContainerIsAdopted() throws Exception {
    long seed = Long.getLong("ballast.seed", new Random().nextLong());
    System.out.println("kill loop: seed " + seed + ", " + KILLS + " kills");
    Random random = new Random(seed);
    try {
      killAgainAndAgain(random);
    } finally {
      Engine.ofThisMachine().remove("_kill-loop-test-");
    }
    System.out.println(
        "kill loop: " + journal.size() + " objects held their last acknowledged value");
  }

  private void killAgainAndAgain(Random random) throws Exception {
    for (int round = 0; round <= KILLS; round++) {
      try (ServerProcess server =
          ServerProcess.start(directory.resolve("data"), "--port", "0", "--node-name", "kills")) {
        checkJournal(server, round);
        if (round == 0) {
          containers = runDeployment(server);
        }
        checkContainers(server, round);
        if (round < KILLS) {
          writeUntilKilled(server, WRITES_BETWEEN_KILLS + random.nextInt(200), round);
        } else {
          removeDeployment(server);
        }
      }
    }
  }

  /** Starts three pods and waits until they are ready. */
  private static Set<String> runDeployment(ServerProcess server) {
    try (KubernetesClient client = client(server)) {
      client
          .load(KillLoopTest.class.getResourceAsStream("kill-loop.yaml"))
          .inNamespace("default")
          .create();
      client
          .apps()
          .deployments()
          .inNamespace("default")
          .withName("kill-loop-test")
          .waitUntilCondition(KillLoopTest::isReady, 90, TimeUnit.SECONDS);
      Set<String> running = running(client);
      assertEquals(3, running.size());
      return running;
    }
  }

  private static boolean isReady(Deployment deployment) {
    return deployment != null
        && deployment.getStatus() != null
        && Integer.valueOf(3).equals(deployment.getStatus().getReadyReplicas());
  }

  /** The pods are ready again under the new process, in the same containers. */
  private void checkContainers(ServerProcess server, int round) {
    try (KubernetesClient client = client(server)) {
      client.nodes().withName("kills").waitUntilReady(60, TimeUnit.SECONDS);
      client
          .pods()
          .inNamespace("default")
          .withLabel("app", "kill-loop-test")
          .waitUntilReady(60, TimeUnit.SECONDS);
      assertEquals(containers, running(client), () -> "containers after kill " + round);
    }
  }

  private static Set<String> running(KubernetesClient client) {
    Set<String> ids = new TreeSet<>();
    for (Pod pod :
        client.pods().inNamespace("default").withLabel("app", "kill-loop-test").list().getItems()) {
      ids.addAll(Engine.ofThisMachine().running(pod.getMetadata().getUid(), "main"));
    }
    return ids;
  }

  private static void removeDeployment(ServerProcess server) {
    try (KubernetesClient client = client(server)) {
      client.apps().deployments().inNamespace("default").withName("kill-loop-test").delete();
      client
          .pods()
          .inNamespace("default")
          .withLabel("app", "kill-loop-test")
          .waitUntilCondition(pod -> pod == null, 60, TimeUnit.SECONDS);
    }
  }

  private void checkJournal(ServerProcess server, int round) {
    try (KubernetesClient client = client(server)) {
      Map<String, Integer> stored = new ConcurrentHashMap<>();
      for (ConfigMap map : client.configMaps().inNamespace("default").list().getItems()) {
        if (map.getData() != null && map.getData().containsKey("value")) {
          stored.put(map.getMetadata().getName(), Integer.parseInt(map.getData().get("value")));
        }
      }
      journal.forEach(
          (name, value) -> {
            Integer now = stored.get(name);
            assertTrue(
                now != null && now >= value,
                () ->
                    "after kill "
                        + round
                        + ": "
                        + name
                        + " was acknowledged at "
                        + value
                        + ", is "
                        + now);
          });
    }
  }

  /**
   * Writers create and replace until {@code writes} were acknowledged; then the process is killed.
   */
  private void writeUntilKilled(ServerProcess server, int writes, int round) throws Exception {
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicBoolean killed = new AtomicBoolean();
    CountDownLatch enough = new CountDownLatch(writes);
    CountDownLatch ended = new CountDownLatch(WRITERS);
    for (int writer = 0; writer < WRITERS; writer++) {
      int number = writer;
      Thread.ofVirtual()
          .start(
              () -> {
                try (KubernetesClient client = client(server)) {
                  for (int i = 0; !killed.get(); i++) {
                    write(client, "r" + round + "-w" + number + "-" + i % 50, i);
                    acknowledged.incrementAndGet();
                    enough.countDown();
                  }
                } catch (KubernetesClientException cutOff) {
                  // the server is gone: what was not acknowledged is nobody's promise
                } finally {
                  ended.countDown();
                }
              });
    }
    enough.await();
    server.kill();
    killed.set(true);
    ended.await();
    assertEquals(0, enough.getCount());
  }

  private void write(KubernetesClient client, String name, int value) {
    ConfigMap map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("default")
            .endMetadata()
            .addToData("value", Integer.toString(value))
            .build();
    if (value < 50) {
      client.resource(map).create();
    } else {
      client.resource(map).update();
    }
    journal.put(name, value);
  }

  private static KubernetesClient client(ServerProcess server) {
    Config config = Config.fromKubeconfig(server.kubeconfig().toFile());
    config.setRequestRetryBackoffLimit(0);
    // a busy machine is slow, which is not what this test is about
    config.setConnectionTimeout(60_000);
    config.setRequestTimeout(60_000);
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}

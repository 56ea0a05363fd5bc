package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.api.security.PemPair;
import dev.ballast.api.server.ServerSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fabric8 client over TLS: typed objects, edits, and informers over WebSocket. */
@Tag("clients")
class Fabric8Test {

  @TempDir Path directory;
  private TestCluster cluster;
  private KubernetesClient client;

  @BeforeEach
  void start() throws Exception {
    CertificateAuthority authority =
        CertificateAuthority.open(directory, new SecureRandom(), Instant.now());
    PemPair pair = authority.issueServer(List.of("127.0.0.1"), Instant.now());
    cluster =
        new TestCluster(
            new ServerSettings("127.0.0.1", 0, pair.certificates(), pair.privateKey()),
            authority.certificatePem(),
            List.of());
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(cluster.server.url())
            .withCaCertData(authority.certificatePem())
            .withOauthToken(TestCluster.TOKEN)
            .withNamespace("default")
            .build();
    client = new KubernetesClientBuilder().withConfig(config).build();
  }

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  private static ConfigMap map(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("kind", "probe")
        .endMetadata()
        .addToData("value", value)
        .build();
  }

  @Test
  void writesAndReadsTypedObjects() {
    ConfigMap created = client.configMaps().resource(map("a", "1")).create();
    assertEquals("1", created.getData().get("value"));
    ConfigMap edited =
        client
            .configMaps()
            .withName("a")
            .edit(seen -> new ConfigMapBuilder(seen).addToData("value", "2").build());
    assertEquals("2", edited.getData().get("value"));
    assertThrows(
        KubernetesClientException.class,
        () -> client.configMaps().resource(created).lockResourceVersion().update(),
        "what was read first is stale now");
    assertEquals(1, client.configMaps().withLabel("kind", "probe").list().getItems().size());
    assertEquals(1, client.configMaps().withName("a").delete().size());
    assertTrue(client.configMaps().withName("a").delete().isEmpty());
  }

  @Test
  void scalesAndEvicts() {
    Deployment deployment =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName("web")
            .endMetadata()
            .withNewSpec()
            .withNewSelector()
            .addToMatchLabels("app", "web")
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .addToLabels("app", "web")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("c")
            .withImage("busybox")
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    client.apps().deployments().resource(deployment).create();
    client.apps().deployments().withName("web").scale(3);
    assertEquals(3, client.apps().deployments().withName("web").get().getSpec().getReplicas());
    client
        .pods()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("busybox")
                .endContainer()
                .endSpec()
                .build())
        .create();
    assertTrue(client.pods().withName("p").evict());
  }

  @Test
  void informerSeesEveryChange() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    client.configMaps().resource(map("before", "1")).create();
    var informer =
        client
            .configMaps()
            .withLabel("kind", "probe")
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(ConfigMap map) {
                    seen.add("add " + map.getMetadata().getName());
                  }

                  @Override
                  public void onUpdate(ConfigMap old, ConfigMap map) {
                    seen.add("update " + map.getData().get("value"));
                  }

                  @Override
                  public void onDelete(ConfigMap map, boolean unknown) {
                    seen.add("delete " + map.getMetadata().getName());
                  }
                });
    client.configMaps().resource(map("after", "1")).create();
    client.configMaps().resource(map("after", "2")).update();
    client.configMaps().withName("after").delete();
    List<String> expected = List.of("add before", "add after", "update 2", "delete after");
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(() -> assertEquals(expected, List.copyOf(seen)));
    assertEquals(1, informer.getStore().list().size());
    informer.close();
    Awaitility.await().until(() -> cluster.clientWatches() == 0);
  }

  @Test
  void discoversAndReadsUntyped() {
    assertEquals("33", client.getKubernetesVersion().getMinor());
    GenericKubernetesResource space =
        client.genericKubernetesResources("v1", "Namespace").withName("default").get();
    assertEquals("default", space.getMetadata().getName());
    assertTrue(client.supports(Deployment.class));
    client.configMaps().resource(map("wanted", "1")).create();
    ConfigMap waited =
        client
            .configMaps()
            .withName("wanted")
            .waitUntilCondition(map -> map.getData() != null, 10, TimeUnit.SECONDS);
    assertEquals("1", waited.getData().get("value"));
  }
}

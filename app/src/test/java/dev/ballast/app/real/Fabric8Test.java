package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The fabric8 client as operators use it: edits, watches over WebSocket, informers, refusals. */
@Tag("clients")
@ExtendWith(SharedServer.Simulated.class)
class Fabric8Test {

  private final SharedServer.Running running;
  private KubernetesClient client;
  private String namespace;

  Fabric8Test(SharedServer.Running running) {
    this.running = running;
  }

  @BeforeEach
  void startAfresh(TestInfo test) {
    namespace = running.namespace(test.getTestMethod().orElseThrow().getName());
    client = running.client();
  }

  private static ConfigMap map(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .addToData("k", value)
        .build();
  }

  private ConfigMap create(String name, String value) {
    return client.configMaps().inNamespace(namespace).resource(map(name, value)).create();
  }

  @Test
  void editsAreJsonPatches() {
    create("a", "1");
    ConfigMap edited =
        client
            .configMaps()
            .inNamespace(namespace)
            .withName("a")
            .edit(
                old ->
                    new ConfigMapBuilder(old)
                        .addToData("more", "2")
                        .editMetadata()
                        .addToLabels("tier/part", "x")
                        .endMetadata()
                        .build());
    assertEquals(Map.of("k", "1", "more", "2"), edited.getData());
    assertEquals(Map.of("tier/part", "x"), edited.getMetadata().getLabels());
    ConfigMap merged =
        client
            .configMaps()
            .inNamespace(namespace)
            .withName("a")
            .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"k\":null}}");
    assertEquals(Map.of("more", "2"), merged.getData());
  }

  @Test
  void deploymentsScaleAndRollOut() {
    client
        .load(
            new java.io.ByteArrayInputStream(
                Manifest.text("clients/web.yaml")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .create();
    var web = client.apps().deployments().inNamespace(namespace).withName("web");
    web.waitUntilReady(60, TimeUnit.SECONDS);
    web.scale(3);
    web.waitUntilCondition(
        d -> Integer.valueOf(3).equals(d.getStatus().getReadyReplicas()), 60, TimeUnit.SECONDS);
    web.edit(
        d -> {
          d.getSpec()
              .getTemplate()
              .getSpec()
              .getContainers()
              .getFirst()
              .setImage("ballast.local/busybox:2");
          return d;
        });
    Deployment done =
        web.waitUntilCondition(
            d ->
                d.getMetadata().getGeneration().equals(d.getStatus().getObservedGeneration())
                    && Integer.valueOf(3).equals(d.getStatus().getUpdatedReplicas())
                    && Integer.valueOf(3).equals(d.getStatus().getReplicas())
                    && Integer.valueOf(3).equals(d.getStatus().getReadyReplicas()),
            60,
            TimeUnit.SECONDS);
    assertEquals(
        "ballast.local/busybox:2",
        done.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage());
  }

  @Test
  void aWatchTellsEveryChangeOnce() throws Exception {
    create("before", "0");
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    Watch watch =
        client
            .configMaps()
            .inNamespace(namespace)
            .withLabel("watched")
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, ConfigMap map) {
                    seen.add(action + " " + map.getMetadata().getName());
                  }

                  @Override
                  public void onClose(WatcherException cause) {
                    seen.add("closed: " + cause);
                  }
                });
    try {
      client
          .configMaps()
          .inNamespace(namespace)
          .withName("before")
          .edit(
              m ->
                  new ConfigMapBuilder(m)
                      .editMetadata()
                      .addToLabels("watched", "")
                      .endMetadata()
                      .build());
      assertEquals("ADDED before", seen.poll(20, TimeUnit.SECONDS), "it starts to match");
      create("unwatched", "0");
      client
          .configMaps()
          .inNamespace(namespace)
          .withName("before")
          .edit(m -> new ConfigMapBuilder(m).addToData("k", "1").build());
      assertEquals("MODIFIED before", seen.poll(20, TimeUnit.SECONDS));
      client
          .configMaps()
          .inNamespace(namespace)
          .withName("before")
          .edit(
              m ->
                  new ConfigMapBuilder(m)
                      .editMetadata()
                      .removeFromLabels("watched")
                      .endMetadata()
                      .build());
      assertEquals("DELETED before", seen.poll(20, TimeUnit.SECONDS), "it stops matching");
    } finally {
      watch.close();
    }
  }

  @Test
  void informersHoldWhatIsStored() throws Exception {
    create("there", "0");
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (SharedIndexInformer<ConfigMap> informer =
        client
            .configMaps()
            .inNamespace(namespace)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(ConfigMap map) {
                    seen.add("added " + map.getMetadata().getName());
                  }

                  @Override
                  public void onUpdate(ConfigMap before, ConfigMap after) {
                    String change =
                        before
                                .getMetadata()
                                .getResourceVersion()
                                .equals(after.getMetadata().getResourceVersion())
                            ? "resynced "
                            : "changed ";
                    seen.add(change + after.getMetadata().getName());
                  }

                  @Override
                  public void onDelete(ConfigMap map, boolean unknown) {
                    seen.add("deleted " + map.getMetadata().getName());
                  }
                },
                1000L)) {
      assertTrue(informer.hasSynced());
      await(seen, "added there");
      create("new", "0");
      await(seen, "added new");
      await(seen, "resynced new");
      client
          .configMaps()
          .inNamespace(namespace)
          .withName("new")
          .edit(m -> new ConfigMapBuilder(m).addToData("k", "1").build());
      await(seen, "changed new");
      client.configMaps().inNamespace(namespace).withName("new").delete();
      await(seen, "deleted new");
      assertEquals(
          List.of("kube-root-ca.crt", "there"),
          informer.getStore().list().stream()
              .map(m -> m.getMetadata().getName())
              .sorted()
              .toList());
    }
  }

  private static void await(BlockingQueue<String> seen, String wanted) throws InterruptedException {
    String next = "";
    while (next != null && !next.equals(wanted)) {
      next = seen.poll(20, TimeUnit.SECONDS);
    }
    assertEquals(wanted, next);
  }

  @Test
  void refusalsCarryTheirReason() {
    ConfigMap first = create("a", "1");
    assertEquals(409, refusal(() -> create("a", "1")).getCode());
    client.configMaps().inNamespace(namespace).resource(map("a", "2")).update();
    KubernetesClientException conflict =
        refusal(
            () ->
                client
                    .configMaps()
                    .inNamespace(namespace)
                    .resource(new ConfigMapBuilder(first).addToData("k", "3").build())
                    .lockResourceVersion(first.getMetadata().getResourceVersion())
                    .update());
    assertEquals("Conflict", conflict.getStatus().getReason());
    Service nameless =
        new ServiceBuilder()
            .withNewMetadata()
            .withName("a")
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build();
    KubernetesClientException invalid =
        refusal(() -> client.services().inNamespace(namespace).resource(nameless).create());
    assertEquals(422, invalid.getCode());
    assertEquals("spec.ports", invalid.getStatus().getDetails().getCauses().getFirst().getField());
    assertEquals(
        404,
        refusal(() -> client.configMaps().inNamespace(namespace).withName("none").edit(m -> m))
            .getCode());
  }

  private static KubernetesClientException refusal(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(KubernetesClientException.class, call);
  }
}

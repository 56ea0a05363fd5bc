package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Volumes over the life of a pod. */
@Tag("docker")
class VolumesOnDockerTest extends OnDocker {

  @Test
  void aPodThatFillsTheDiskOverALimitIsEvicted() throws Exception {
    Map<ObjectKey, String> messages = new LinkedHashMap<>();
    messages.put(
        filling("disk", "\"sizeLimit\":\"1Mi\""),
        "Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". ");
    String limit = "\"resources\":{\"limits\":{\"ephemeral-storage\":\"%s\"}}";
    String forever = "; exec sleep 600";
    messages.put(
        script(
            "layer", "dd if=/dev/zero of=/x bs=1M count=2" + forever, limit.formatted("1Mi"), ""),
        "Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ");
    String container = "{\"name\":\"%s\",\"image\":\"%s\",\"command\":[\"sh\",\"-c\",\"%s\"],%s}";
    messages.put(
        script(
            "log",
            "",
            "",
            "\"containers\":["
                + container.formatted(
                    "loud",
                    DockerCluster.IMAGE,
                    "yes 123456789012345 | head -n 100000" + forever,
                    limit.formatted("1Mi"))
                + ","
                + container.formatted(
                    "calm", DockerCluster.IMAGE, "exec sleep 600", limit.formatted("64Mi"))
                + "]"),
        "Container loud exceeded its local ephemeral storage limit \"1Mi\". ");
    ObjectKey roomy = filling("roomy", "\"sizeLimit\":\"8Mi\"");
    for (ObjectKey pod : messages.keySet()) {
      await(() -> cluster.phase(pod).equals("Failed"));
      assertEquals("Evicted", cluster.status(pod).path("reason").asText());
      assertEquals(messages.get(pod), cluster.status(pod).path("message").asText());
      assertTrue(cluster.events(pod.name()).contains("Evicted"));
      await(() -> cluster.containers(pod).stream().noneMatch(c -> c.isRunning()));
    }
    assertEquals("Running", cluster.phase(roomy));
  }

  @Test
  void aVolumeInMemoryTakesNoMoreThanItsLimit() throws Exception {
    ObjectKey pod = filling("memory", "\"medium\":\"Memory\",\"sizeLimit\":\"1Mi\"");
    Path volume = Path.of("/dev/shm/ballast", cluster.node, uid(pod), "v/x");
    await(() -> Files.exists(volume) && cluster.logs(pod, "app").contains("No space left"));
    assertEquals(1 << 20, Files.size(volume));
    await(() -> cluster.phase(pod).equals("Running"));
    cluster.dropAgent();
    cluster.startAgent();
    cluster.delete(pod, 0);
    await(() -> cluster.get(pod).isEmpty());
    await(() -> !Files.exists(Path.of("/dev/shm/ballast", cluster.node)));
  }

  private String uid(ObjectKey pod) {
    return cluster.get(pod).orElseThrow().at("/metadata/uid").asText();
  }

  @Test
  void anEndedPodKeepsItsLogsAndGivesUpItsVolumes() throws Exception {
    configMap("m", "k", "v");
    ObjectKey pod =
        script(
            "ended",
            "cp /m/k /disk/k; cp /m/k /mem/k; echo said; echo words >/dev/termination-log",
            "\"volumeMounts\":[{\"name\":\"c\",\"mountPath\":\"/m\"},"
                + "{\"name\":\"d\",\"mountPath\":\"/disk\"},{\"name\":\"e\",\"mountPath\":\"/mem\"}]",
            "\"volumes\":[{\"name\":\"c\",\"configMap\":{\"name\":\"m\"}},{\"name\":\"d\",\"emptyDir\":{}},"
                + "{\"name\":\"e\",\"emptyDir\":{\"medium\":\"Memory\"}}]");
    await(() -> cluster.phase(pod).equals("Succeeded"));
    await(() -> !Files.exists(data.resolve("pods/" + uid(pod) + "/volumes")));
    await(() -> !Files.exists(Path.of("/dev/shm/ballast", cluster.node)));
    cluster.dropAgent();
    cluster.startAgent();
    ObjectKey next = script("next", "true", "", "");
    await(() -> cluster.phase(next).equals("Succeeded"));
    assertFalse(Files.exists(data.resolve("pods/" + uid(pod) + "/volumes")), "not made again");
    assertEquals("said\n", cluster.logs(pod, "app"));
    assertEquals("words\n", cluster.container(pod, 0).at("/state/terminated/message").asText());
  }

  private ObjectKey filling(String name, String emptyDir) throws Exception {
    return script(
        name,
        "dd if=/dev/zero of=/v/x bs=1M count=2; exec sleep 600",
        "\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/v\"}]",
        "\"volumes\":[{\"name\":\"v\",\"emptyDir\":{" + emptyDir + "}}]");
  }

  @Test
  void aChangedConfigMapReachesThePodButNotItsSubPath() throws Exception {
    ObjectKey map = configMap("live", "k", "old");
    ObjectKey pod =
        script(
            "live",
            "while true; do echo $(cat /m/k) $(cat /one); sleep 0.2; done",
            "\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/m\"},"
                + "{\"name\":\"v\",\"mountPath\":\"/one\",\"subPath\":\"k\"}]",
            "\"volumes\":[{\"name\":\"v\",\"configMap\":{\"name\":\"live\"}}]");
    await(() -> cluster.logs(pod, "app").contains("old old"));
    edit(map, document -> document.withObject("/data").put("k", "new"));
    edit(pod, document -> document.withObject("/metadata/annotations").put("look", "now"));
    await(() -> cluster.logs(pod, "app").endsWith("new old\n"));
  }

  private void edit(ObjectKey key, Consumer<ObjectNode> change) {
    await(
        () -> {
          Document document = cluster.store.get(key).orElseThrow();
          ObjectNode tree = document.tree();
          change.accept(tree);
          var write = new Write.Replace(key, document.revision(), "", Json.storable(tree));
          return cluster.store.commit(write)
              instanceof dev.ballast.core.store.CommitResult.Committed;
        });
  }

  @Test
  void modesItemsAndOptionalSourcesAreKept() throws Exception {
    configMap("m", "k", "v");
    String output =
        run(
            "modes",
            "cd /p; stat -L -c '%a %n' d/k e; cat e; ls /none | wc -l; touch e 2>/dev/null || echo"
                + " readonly",
            "\"volumeMounts\":[{\"name\":\"p\",\"mountPath\":\"/p\"},{\"name\":\"n\",\"mountPath\":\"/none\"}]",
            """
            "volumes":[{"name":"p","projected":{"defaultMode":384,"sources":[
              {"configMap":{"name":"m","items":[{"key":"k","path":"d/k"},{"key":"k","path":"e","mode":292}]}},
              {"secret":{"name":"gone","optional":true}}]}},
             {"name":"n","configMap":{"name":"gone","optional":true}}]
            """);
    assertEquals("600 d/k\n444 e\nv0\nreadonly\n", output);
  }

  @Test
  void aHostPathOfTheWrongTypeIsWaitedFor() throws Exception {
    ObjectKey pod =
        script(
            "wrong",
            "cat /f",
            "\"volumeMounts\":[{\"name\":\"f\",\"mountPath\":\"/f\"}]",
            "\"volumes\":[{\"name\":\"f\",\"hostPath\":{\"path\":\"%s\",\"type\":\"File\"}}]"
                .formatted(data.resolve("file")));
    await(() -> cluster.events("wrong").contains("FailedMount"));
    assertTrue(waiting(pod).equals("ContainerCreating"), waiting(pod));
    assertFalse(Files.exists(data.resolve("file")));
    Files.writeString(data.resolve("file"), "here\n");
    await(() -> isOver(pod));
    assertEquals("here\n", cluster.logs(pod, "app"));
  }
}

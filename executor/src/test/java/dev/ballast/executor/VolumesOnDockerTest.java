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
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Volumes over the life of a pod. */
@Tag("docker")
class VolumesOnDockerTest extends OnDocker {

  @Test
  void aPodThatFillsAnEmptyDirOverItsLimitIsEvicted() throws Exception {
    ObjectKey disk = filling("disk", "\"sizeLimit\":\"1Mi\"");
    ObjectKey memory = filling("memory", "\"medium\":\"Memory\",\"sizeLimit\":\"1Mi\"");
    ObjectKey roomy = filling("roomy", "\"sizeLimit\":\"8Mi\"");
    await(() -> cluster.phase(disk).equals("Failed") && cluster.phase(memory).equals("Failed"));
    for (ObjectKey pod : new ObjectKey[] {disk, memory}) {
      assertEquals("Evicted", cluster.status(pod).path("reason").asText());
      assertEquals(
          "Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". ",
          cluster.status(pod).path("message").asText());
      await(() -> cluster.containers(pod).stream().noneMatch(c -> c.isRunning()));
    }
    assertEquals("Running", cluster.phase(roomy));
    cluster.delete(memory, 0);
    await(() -> cluster.get(memory).isEmpty());
    await(() -> !Files.exists(Path.of("/dev/shm/ballast", cluster.node)));
  }

  private ObjectKey filling(String name, String emptyDir) throws Exception {
    return script(
        name,
        "dd if=/dev/zero of=/v/x bs=1M count=2 2>/dev/null; sleep 600",
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

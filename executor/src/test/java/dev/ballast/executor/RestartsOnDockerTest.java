package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Init containers, sidecars, restart policies, and what stays of the dead. */
@Tag("docker")
class RestartsOnDockerTest extends OnDocker {

  private String log() throws Exception {
    return Files.exists(data.resolve("h/log")) ? Files.readString(data.resolve("h/log")) : "";
  }

  @Test
  void initContainersThenSidecarsThenTheApp() throws Exception {
    String mount = "\"volumeMounts\":[{\"name\":\"h\",\"mountPath\":\"/h\"}]";
    ObjectKey pod =
        script(
            "order",
            "echo app >>/h/log",
            mount,
            """
            "initContainers":[
              {"name":"first","image":"%1$s","command":["sh","-c","echo first >>/h/log"],%2$s},
              {"name":"side","image":"%1$s","restartPolicy":"Always",%2$s,
               "command":["sh","-c","trap 'echo bye >>/h/log; exit 0' TERM; echo side >>/h/log; touch /up; while true; do sleep 0.1; done"],
               "startupProbe":{"exec":{"command":["test","-f","/up"]},"periodSeconds":1}},
              {"name":"second","image":"%1$s","command":["sh","-c","echo second >>/h/log"],%2$s}],
            "terminationGracePeriodSeconds":5,
            "volumes":[{"name":"h","hostPath":{"path":"%3$s"}}]
            """
                .formatted(DockerCluster.IMAGE, mount, data.resolve("h")));
    await(() -> cluster.phase(pod).equals("Succeeded"));
    await(() -> log().endsWith("bye\n"));
    assertEquals("first\nside\nsecond\napp\nbye\n", log());
  }

  @Test
  void onFailureRunsAgainUntilItSucceeds() throws Exception {
    ObjectKey pod =
        script(
            "again",
            "echo x >>/h/log; [ $(wc -l </h/log) -ge 2 ]",
            "\"volumeMounts\":[{\"name\":\"h\",\"mountPath\":\"/h\"}]",
            "\"restartPolicy\":\"OnFailure\",\"volumes\":[{\"name\":\"h\",\"hostPath\":{\"path\":\""
                + data.resolve("h")
                + "\"}}]");
    await(() -> cluster.phase(pod).equals("Succeeded"));
    assertEquals(1, cluster.container(pod, 0).path("restartCount").asInt());
    assertEquals("x\nx\n", log());
  }

  @Test
  void ofTheDeadTheLastTwoStay() throws Exception {
    ObjectKey pod = script("dying", "sleep 0.1; exit 1", "", "\"restartPolicy\":\"Always\"");
    await(() -> cluster.container(pod, 0).path("restartCount").asInt() == 2);
    await(() -> cluster.containers(pod).size() == 2);
    assertEquals(
        List.of(1, 2), cluster.containers(pod).stream().map(c -> c.attempt()).sorted().toList());
    assertTrue(cluster.events("dying").contains("BackOff"));
  }

  @Test
  void lastWordsAreReadFromAFileOrTheLog() throws Exception {
    ObjectKey file =
        script(
            "file",
            "echo said >/words; echo logged; exit 1",
            "\"terminationMessagePath\":\"/words\",\"terminationMessagePolicy\":\"FallbackToLogsOnError\"",
            "");
    ObjectKey log =
        script(
            "log",
            "echo logged; exit 1",
            "\"terminationMessagePolicy\":\"FallbackToLogsOnError\"",
            "");
    ObjectKey good =
        script("good", "echo logged", "\"terminationMessagePolicy\":\"FallbackToLogsOnError\"", "");
    await(() -> isOver(file) && isOver(log) && isOver(good));
    assertEquals("said\n", words(file));
    assertEquals("logged\n", words(log));
    assertEquals("", words(good));
  }

  private String words(ObjectKey pod) {
    return cluster.container(pod, 0).at("/state/terminated/message").asText("");
  }
}

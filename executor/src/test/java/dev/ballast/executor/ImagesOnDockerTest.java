package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.ObjectKey;
import java.util.Comparator;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When images are pulled, and what a pod shows while one is missing. */
@Tag("docker")
class ImagesOnDockerTest extends OnDocker {

  private ObjectKey pod(String name, String image, String policy) throws Exception {
    return script(
        name,
        "exec sleep 600",
        "\"image\":\"%s\",\"imagePullPolicy\":\"%s\"".formatted(image, policy),
        "\"terminationGracePeriodSeconds\":0");
  }

  private void docker(String... words) throws Exception {
    String[] command = new String[words.length + 3];
    command[0] = "docker";
    command[1] = "--config";
    command[2] = data.resolve("docker").toString();
    System.arraycopy(words, 0, command, 3, words.length);
    DebianRegistry.run(data, command);
  }

  @Test
  void whatCannotBeIsSaid() throws Exception {
    ObjectKey never = pod("never", "ballast.local/none-such:1", "Never");
    ObjectKey invalid = pod("invalid", "UPPER/case:1", "IfNotPresent");
    await(() -> waiting(never).equals("ErrImageNeverPull"));
    await(() -> waiting(invalid).equals("InvalidImageName"));
    assertEquals(
        "Container image \"ballast.local/none-such:1\" is not present with pull policy of Never",
        cluster.container(never, 0).at("/state/waiting/message").asText());
    assertTrue(cluster.events("never").contains("ErrImageNeverPull"));
    assertEquals("Pending", cluster.phase(invalid));
  }

  @Test
  void alwaysTakesTheNewestAndIfNotPresentWhatIsHere() throws Exception {
    try (DebianRegistry registry = DebianRegistry.start(data, Optional.empty())) {
      String image = registry.host() + "/team/moving:1";
      docker("tag", DockerCluster.IMAGE, image);
      docker("push", "-q", image);
      ObjectKey first = pod("first", image, "Always");
      await(() -> cluster.phase(first).equals("Running"));
      docker("tag", pauseImage(), image);
      docker("push", "-q", image);
      docker("tag", DockerCluster.IMAGE, image); // what is here is old again
      ObjectKey here = pod("here", image, "IfNotPresent");
      await(() -> cluster.phase(here).equals("Running"));
      assertEquals(imageId(first), imageId(here));
      ObjectKey newest =
          script(
              "newest",
              "",
              "\"command\":[\"/pause\"],\"image\":\"%s\",\"imagePullPolicy\":\"Always\""
                  .formatted(image),
              "\"terminationGracePeriodSeconds\":0");
      await(() -> cluster.phase(newest).equals("Running"));
      assertNotEquals(imageId(first), imageId(newest));
      for (ObjectKey pod : new ObjectKey[] {first, here, newest}) {
        cluster.delete(pod, 0);
        await(() -> cluster.containers(pod).isEmpty());
      }
      cluster.runtime.removeImage(image);
      DebianRegistry.run(
          data,
          "sh",
          "-c",
          "docker images --digests --format '{{.Repository}}@{{.Digest}}' | grep '^"
              + registry.host()
              + "/' | xargs -r docker rmi >/dev/null");
    }
  }

  /** Another image that every engine with an agent has. */
  private String pauseImage() {
    return cluster.runtime.images().stream()
        .flatMap(i -> i.references().stream())
        .filter(r -> r.startsWith("ballast.local/pause:"))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private String imageId(ObjectKey pod) {
    return cluster.container(pod, 0).path("imageID").asText();
  }
}

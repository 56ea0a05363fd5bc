package dev.ballast.executor;

import static dev.ballast.executor.DockerCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a real registry on loopback, a private one too. */
@Tag("docker")
class PullTest {

  /** User {@code robot}, password {@code letmein}. */
  private static final String USERS =
      "robot:$2y$10$abcdefghijklmnopqrstuu4oRBHZirK8f7TdaiSgXExKKSyfs/cYy\n";

  @TempDir Path data;
  private DockerCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new DockerCluster(data);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private String push(DebianRegistry registry, String... login) throws Exception {
    String image = registry.host() + "/team/app:1";
    String docker = "docker --config " + data.resolve("docker");
    DebianRegistry.run(
        data,
        "sh",
        "-c",
        (login.length == 0
                ? ""
                : "echo letmein | "
                    + docker
                    + " login -u robot --password-stdin "
                    + registry.host()
                    + " >/dev/null && ")
            + docker
            + " tag "
            + DockerCluster.IMAGE
            + " "
            + image
            + " && "
            + docker
            + " push -q "
            + image
            + " >/dev/null && "
            + docker
            + " rmi "
            + image
            + " >/dev/null");
    return image;
  }

  private ObjectKey pod(String name, String image, String more) throws Exception {
    return cluster.create(
        name,
        """
        {"terminationGracePeriodSeconds":0,%s
         "containers":[{"name":"app","image":"%s","command":["sleep","600"],"imagePullPolicy":"IfNotPresent"}]}
        """
            .formatted(more, image));
  }

  private String waiting(ObjectKey pod) {
    return cluster.container(pod, 0).at("/state/waiting/reason").asText();
  }

  @Test
  void anOpenRegistryServesWhatItHas() throws Exception {
    try (DebianRegistry registry = DebianRegistry.start(data, Optional.empty())) {
      String image = push(registry);
      ObjectKey pod = pod("pulled", image, "");
      await(() -> cluster.phase(pod).equals("Running"));
      ObjectKey missing = pod("missing", registry.host() + "/team/none:1", "");
      await(() -> waiting(missing).equals("ErrImagePull"));
      await(() -> waiting(missing).equals("ImagePullBackOff"));
      assertEquals("Pending", cluster.phase(missing));
      String words =
          "manifest for %1$s/team/none:1 not found: manifest unknown: manifest unknown"
              .formatted(registry.host());
      assertEquals(
          "Failed to pull image \"" + registry.host() + "/team/none:1\": " + words,
          cluster.message("missing", "Failed"));
      assertEquals(
          "Back-off pulling image \"" + registry.host() + "/team/none:1\": ErrImagePull: " + words,
          cluster.container(missing, 0).at("/state/waiting/message").asText());
      cluster.delete(pod, 0);
      await(() -> cluster.containers(pod).isEmpty());
      cluster.runtime.removeImage(image);
    }
  }

  @Test
  void aPrivateRegistryWantsThePodsPullSecret() throws Exception {
    try (DebianRegistry registry = DebianRegistry.start(data, Optional.of(USERS))) {
      String image = push(registry, "login");
      ObjectKey stranger = pod("stranger", image, "");
      await(() -> waiting(stranger).equals("ErrImagePull"));
      String auth =
          Base64.getEncoder().encodeToString("robot:letmein".getBytes(StandardCharsets.UTF_8));
      String config = "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"" + auth + "\"}}}";
      ObjectNode secret = Json.object().put("apiVersion", "v1").put("kind", "Secret");
      secret.putObject("metadata").put("name", "login");
      secret
          .putObject("data")
          .put(
              ".dockerconfigjson",
              Base64.getEncoder().encodeToString(config.getBytes(StandardCharsets.UTF_8)));
      cluster.put(ResourceType.SECRETS, secret);
      ObjectKey friend = pod("friend", image, "\"imagePullSecrets\":[{\"name\":\"login\"}],");
      await(() -> cluster.phase(friend).equals("Running"));
      assertTrue(
          cluster.container(friend, 0).path("imageID").asText().startsWith("docker://sha256:"));
      cluster.delete(friend, 0);
      cluster.delete(stranger, 0);
      await(() -> cluster.containers(friend).isEmpty());
      cluster.runtime.removeImage(image);
    }
  }
}

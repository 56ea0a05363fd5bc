package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A client library inside a pod configures itself and works: fabric8 on this build's JDK, which the
 * pod mounts from the host together with the libraries that the JDK needs.
 */
@Tag("clients")
@Tag("docker")
@ExtendWith(SharedServer.Docker.class)
class InPodClientTest {

  @Test
  void aPodReadsAndWatchesWithWhatIsMountedIntoIt(SharedServer.Running running) throws Exception {
    String namespace = running.namespace("in-pod");
    KubernetesClient client = running.client();
    client.resource(pod(namespace)).create();
    var handle = client.pods().inNamespace(namespace).withName("in-pod");
    Awaitility.await()
        .atMost(90, TimeUnit.SECONDS)
        .until(() -> handle.get().getStatus().getPhase(), phase -> !phase.equals("Pending"));
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("go")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
    Pod ended =
        handle.waitUntilCondition(
            p -> Set.of("Succeeded", "Failed").contains(p.getStatus().getPhase()),
            90,
            TimeUnit.SECONDS);
    List<String> said = handle.getLog().lines().filter(line -> !line.contains("WARN")).toList();
    // the variables lead to the node's relay, whose certificate names this address too
    assertTrue(said.getFirst().matches("server https://[\\d.]+:\\d+/"), said.getFirst());
    assertEquals(
        List.of(
            "namespace " + namespace,
            "pod Running",
            "listed 1",
            "user system:serviceaccount:" + namespace + ":default",
            "watched"),
        said.subList(1, said.size()));
    assertEquals("Succeeded", ended.getStatus().getPhase());
  }

  private static Pod pod(String namespace) throws IOException {
    Path java = Path.of(System.getProperty("java.home")).toRealPath();
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("in-pod")
            .withNamespace(namespace)
            .addToLabels("app", "in-pod")
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy("Never")
            .addNewContainer()
            .withName("main")
            .withImage("ballast.local/busybox:1")
            .withCommand(
                java.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                InPodClient.class.getName())
            .endContainer()
            .endSpec();
    int number = 0;
    for (String directory : hostDirectories(java)) {
      String volume = "host-" + number++;
      pod.editSpec()
          .addNewVolume()
          .withName(volume)
          .withNewHostPath()
          .withPath(directory)
          .endHostPath()
          .endVolume()
          .editFirstContainer()
          .addNewVolumeMount()
          .withName(volume)
          .withMountPath(directory)
          .withReadOnly(true)
          .endVolumeMount()
          .endContainer()
          .endSpec();
    }
    return pod.build();
  }

  /** The JDK, the C library, the class of the program, and the local Maven repository. */
  private static Set<String> hostDirectories(Path java) {
    Path program = place(InPodClient.class);
    // group (two words), artifact, version, file
    Path repository = place(KubernetesClient.class).resolve("../../../../..").normalize();
    return new TreeSet<>(
        List.of(java.toString(), "/lib", "/lib64", program.toString(), repository.toString()));
  }

  private static Path place(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}

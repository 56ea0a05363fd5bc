package dev.ballast.app.real;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A program for {@link InPodClientTest} to run inside a pod. It knows nothing but what a pod gets:
 * the mounted token, authority and namespace, and the variables of the Service {@code kubernetes}.
 */
final class InPodClient {

  private InPodClient() {}

  public static void main(String[] arguments) {
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      System.out.println("server " + client.getMasterUrl());
      System.out.println("namespace " + client.getNamespace());
      String self = System.getenv("HOSTNAME");
      System.out.println("pod " + client.pods().withName(self).get().getStatus().getPhase());
      System.out.println(
          "listed " + client.pods().withLabel("app", "in-pod").list().getItems().size());
      GenericKubernetesResource review =
          client
              .genericKubernetesResources("authentication.k8s.io/v1", "SelfSubjectReview")
              .resource(review())
              .create();
      System.out.println("user " + review.get("status", "userInfo", "username"));
      client.configMaps().withName("go").waitUntilCondition(Objects::nonNull, 60, TimeUnit.SECONDS);
      System.out.println("watched");
    }
  }

  private static GenericKubernetesResource review() {
    GenericKubernetesResource review = new GenericKubernetesResource();
    review.setApiVersion("authentication.k8s.io/v1");
    review.setKind("SelfSubjectReview");
    review.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMeta());
    return review;
  }
}

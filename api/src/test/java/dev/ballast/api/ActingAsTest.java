package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.core.identity.User;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl --as}, and what PUT makes of what is not there. */
class ActingAsTest {

  private static final String REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

  private TestCluster cluster;
  private TestClient client;

  @BeforeEach
  void start() {
    User alice = new User("alice", "", List.of("system:authenticated"), Map.of());
    cluster =
        new TestCluster(
            TestCluster.PLAIN,
            "",
            (store, writes) ->
                new TestCluster.Security(
                    token ->
                        token.equals(TestCluster.TOKEN)
                            ? Optional.of(TestCluster.ADMIN)
                            : token.equals("alice") ? Optional.of(alice) : Optional.empty(),
                    Authorizer.ALLOW_ALL,
                    List.of()));
    client = new TestClient(cluster);
  }

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  private JsonNode self(String... headers) {
    TestClient.Answer answer = client.send(REVIEW, "POST", "{}", headers);
    assertEquals(201, answer.code(), answer.text());
    return answer.json().at("/status/userInfo");
  }

  @Test
  void anAdministratorMayActAsOthers() {
    assertEquals("admin", self().path("username").asText());
    JsonNode bob = self("Impersonate-User", "bob");
    assertEquals("{\"username\":\"bob\",\"groups\":[\"system:authenticated\"]}", bob.toString());
    JsonNode whole =
        self(
            "Impersonate-User",
            "bob",
            "Impersonate-Group",
            "dev",
            "Impersonate-Group",
            "ops",
            "Impersonate-Uid",
            "7",
            "Impersonate-Extra-Acme.com%2Fproject",
            "x");
    assertEquals(
        "{\"username\":\"bob\",\"uid\":\"7\",\"groups\":[\"dev\",\"ops\",\"system:authenticated\"],"
            + "\"extra\":{\"acme.com/project\":[\"x\"]}}",
        whole.toString());
    assertEquals(
        "[\"system:serviceaccounts\",\"system:serviceaccounts:shop\",\"system:authenticated\"]",
        self("Impersonate-User", "system:serviceaccount:shop:web").path("groups").toString());
    assertEquals(
        "[\"system:unauthenticated\"]",
        self("Impersonate-User", "system:anonymous").path("groups").toString());
  }

  @Test
  void whoeverTheyActAsIsWhoTheyAre() {
    TestClient.Answer refused =
        client.send(
            "/api/v1/nodes",
            "POST",
            "{\"metadata\":{\"name\":\"n2\"}}",
            "Impersonate-User",
            "system:node:n1",
            "Impersonate-Group",
            "system:nodes");
    assertEquals(403, refused.code(), refused.text());
  }

  @Test
  void othersMayNot() throws Exception {
    var request =
        java.net.http.HttpRequest.newBuilder(java.net.URI.create(cluster.server.url() + REVIEW))
            .header("Authorization", "Bearer alice")
            .header("Impersonate-User", "bob")
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    var answer = client.http.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());
    assertEquals(403, answer.statusCode());
    assertTrue(
        answer
            .body()
            .contains(
                "users \\\"bob\\\" is forbidden: User \\\"alice\\\" cannot impersonate resource \\\"users\\\""),
        answer.body());
  }

  @Test
  void halfAnIdentityIsNone() {
    for (String header : List.of("Impersonate-Group", "Impersonate-Uid", "Impersonate-Extra-a")) {
      assertEquals(400, client.send(REVIEW, "POST", "{}", header, "x").code(), header);
    }
    assertEquals(
        400,
        client
            .send(REVIEW, "POST", "{}", "Impersonate-User", "u", "Impersonate-Extra-%zz", "x")
            .code());
  }

  @Test
  void putMakesLeasesEndpointsEventsAndServices() {
    Map<String, String> bodies =
        Map.of(
            "/apis/coordination.k8s.io/v1/namespaces/default/leases/a",
            "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"3\"},\"spec\":{\"holderIdentity\":\"x\"}}",
            "/api/v1/namespaces/default/endpoints/a",
            "{\"metadata\":{\"name\":\"a\"}}",
            "/api/v1/namespaces/default/services/a",
            "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"ports\":[{\"port\":80}]}}",
            "/api/v1/namespaces/default/events/a",
            "{\"metadata\":{\"name\":\"a\"},\"involvedObject\":{\"namespace\":\"default\"}}");
    bodies.forEach(
        (path, body) -> {
          TestClient.Answer made = client.put(path, body);
          assertEquals(201, made.code(), made.text());
          JsonNode metadata = made.json().path("metadata");
          assertTrue(metadata.has("uid") && metadata.has("creationTimestamp"), made.text());
          assertEquals(200, client.put(path, made.text()).code());
        });
    String lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/a";
    TestClient.Answer unseen = client.put(lease, "{\"metadata\":{\"name\":\"a\"}}");
    assertEquals(422, unseen.code(), unseen.text());
    assertTrue(
        unseen.text().contains("metadata.resourceVersion: Invalid value: 0: must be specified"),
        unseen.text());
  }
}

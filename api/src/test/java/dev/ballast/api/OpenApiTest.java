package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.TestClient.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The documents over HTTP, in the forms that clients ask for. */
class OpenApiTest {

  private final TestCluster cluster = new TestCluster();
  private final TestClient client = new TestClient(cluster);

  @AfterEach
  void close() throws Exception {
    client.close();
    cluster.close();
  }

  @Test
  void version2IsJsonUnlessProtobufIsAskedFor() {
    Answer json = client.get("/openapi/v2", "Accept", "application/json");
    assertEquals("application/json", json.contentType());
    assertEquals("2.0", json.json().path("swagger").asText());
    Answer protobuf =
        client.get(
            "/openapi/v2", "Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
    assertEquals(
        "application/com.github.proto-openapi.spec.v2.v1.0+protobuf", protobuf.contentType());
    assertEquals("\n\u00032.0", protobuf.text().substring(0, 5));
  }

  @Test
  void version3LeadsFromTheIndexToTheDocuments() {
    JsonNode paths = client.get("/openapi/v3").json().path("paths");
    String url = paths.path("apis/apps/v1").path("serverRelativeURL").asText();
    Answer document = client.get(url);
    assertEquals("3.0.0", document.json().path("openapi").asText());
    assertTrue(
        document
            .json()
            .path("paths")
            .has("/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"));
    assertEquals(404, client.get("/openapi/v3/apis/nowhere/v1").code());
  }
}

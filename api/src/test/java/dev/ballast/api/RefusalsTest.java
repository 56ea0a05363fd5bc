package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal is a Status in kube-apiserver's words, and leaves nothing behind. */
class RefusalsTest {

  private static TestCluster cluster;
  private static TestClient client;

  @BeforeAll
  static void start() {
    cluster = new TestCluster();
    client = new TestClient(cluster);
    client.post("/api/v1/namespaces/default/configmaps", TestClient.configMap("there"));
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /nowhere                                     |          | 404 | NotFound | the server could not find the requested resource
          GET    | /apis/nothing.io/v1                          |          | 404 | NotFound | the server could not find the requested resource
          GET    | /api/v1/nothings                             |          | 404 | NotFound | the server could not find the requested resource
          GET    | /api/v1/namespaces/default/nodes             |          | 404 | NotFound | the server could not find the requested resource
          GET    | /api/v1/configmaps/x                         |          | 404 | NotFound | the server could not find the requested resource
          GET    | /api/v1/namespaces/default/pods/x            |          | 404 | NotFound | pods "x" not found
          GET    | /apis/apps/v1/namespaces/default/deployments/x/scale | | 404 | NotFound | deployments.apps "x" not found
          GET    | /api/v1/namespaces/default/pods/x/nothing    |          | 404 | NotFound | the server could not find the requested resource
          POST   | /api/v1/configmaps                           | {}       | 405 | MethodNotAllowed | the server does not allow this method on the requested resource
          POST   | /api/v1/namespaces/default/configmaps/x      | {}       | 405 | MethodNotAllowed | the server does not allow this method on the requested resource
          DELETE | /api/v1/configmaps                           |          | 405 | MethodNotAllowed | the server does not allow this method on the requested resource
          LIST   | /api/v1/namespaces/default/configmaps        |          | 405 | MethodNotAllowed | the server does not allow this method on the requested resource
          PUT    | /api/v1/namespaces/default/configmaps        | {}       | 405 | MethodNotAllowed | the server does not allow this method on the requested resource
          POST   | /api/v1/namespaces/nowhere/configmaps        | {"metadata":{"name":"a"}} | 404 | NotFound | namespaces "nowhere" not found
          POST   | /api/v1/namespaces/default/configmaps        | {"metadata":{"name":"there"}} | 409 | AlreadyExists | configmaps "there" already exists
          POST   | /api/v1/namespaces/default/configmaps        | {"metadata":{"name":"No_Good"}} | 422 | Invalid | ConfigMap "No_Good" is invalid: metadata.name: Invalid value: "No_Good"
          POST   | /api/v1/namespaces/default/configmaps        | {"metadata":{"name":"a","namespace":"b"}} | 400 | BadRequest | the namespace of the provided object does not match the namespace sent on the request
          POST   | /api/v1/namespaces/default/configmaps        | {"apiVersion":"v2"} | 400 | BadRequest | the API version in the data (v2) does not match the expected API version (v1)
          POST   | /api/v1/namespaces/default/configmaps        | {"kind":"Pod"} | 400 | BadRequest | cannot be handled as a ConfigMap
          POST   | /api/v1/namespaces/default/configmaps        | {"a":    | 400 | BadRequest | the object provided is unrecognized (must be of type ConfigMap)
          POST   | /api/v1/namespaces/default/configmaps        | []       | 400 | BadRequest | the document is no object
          POST   | /api/v1/namespaces/default/configmaps        | 7        | 400 | BadRequest | the document is no object
          POST   | /api/v1/namespaces/default/configmaps?fieldValidation=Strict | {"metadata":{"name":"a"},"dat":{}} | 400 | BadRequest | strict decoding error: unknown field "dat"
          POST   | /api/v1/namespaces/default/configmaps?fieldValidation=Strict | {"metadata":{"name":"a","name":"b"}} | 400 | BadRequest | duplicate field "metadata.name"
          POST   | /api/v1/namespaces/default/configmaps?fieldValidation=Perhaps | {"metadata":{"name":"a"}} | 422 | Invalid | fieldValidation: Unsupported value: "Perhaps"
          POST   | /api/v1/namespaces/default/configmaps?dryRun=Some | {"metadata":{"name":"a"}} | 422 | Invalid | dryRun: Unsupported value: "Some": supported values: "All"
          PUT    | /api/v1/namespaces/default/configmaps/there  | {"metadata":{"name":"other"}} | 400 | BadRequest | the name of the object (other) does not match the name on the URL (there)
          PUT    | /api/v1/namespaces/default/configmaps/there  | {"metadata":{"name":"there","resourceVersion":"1"}} | 409 | Conflict | the object has been modified; please apply your changes to the latest version and try again
          PUT    | /api/v1/namespaces/default/configmaps/gone   | {"metadata":{"name":"gone"}} | 404 | NotFound | configmaps "gone" not found
          PUT    | /api/v1/namespaces/default/configmaps/gone   | {"metadata":{"name":"other"}} | 400 | BadRequest | the name of the object (other) does not match the name on the URL (gone)
          PUT    | /api/v1/namespaces/default/configmaps/gone   | {"metadata":{"name":"gone","namespace":"b"}} | 400 | BadRequest | the namespace of the object (b) does not match the namespace on the request (default)
          PUT    | /api/v1/namespaces/default/configmaps/there  | {}       | 400 | BadRequest | the name of the object (there based on URL) was undeterminable: name must be provided
          PUT    | /api/v1/namespaces/default/configmaps/gone   | {"metadata":7} | 400 | BadRequest | json: cannot unmarshal number into Go struct field ConfigMap.metadata
          PUT    | /apis/discovery.k8s.io/v1/namespaces/default/endpointslices/gone | {"metadata":{"name":"gone"},"addressType":"IPv4","endpoints":[]} | 404 | NotFound | endpointslices.discovery.k8s.io "gone" not found
          PUT    | /apis/coordination.k8s.io/v1/namespaces/default/leases/other | {"metadata":{"name":"gone"}} | 400 | BadRequest | does not match the name on the URL
          PUT    | /apis/coordination.k8s.io/v1/namespaces/default/leases/gone | {"metadata":{"name":"gone","uid":"x"}} | 409 | Conflict | Precondition failed: UID in precondition: x
          DELETE | /api/v1/namespaces/default/configmaps/there  | {"preconditions":{"resourceVersion":"soon"}} | 409 | Conflict | Precondition failed
          DELETE | /api/v1/namespaces/default/configmaps/gone   |          | 404 | NotFound | configmaps "gone" not found
          DELETE | /api/v1/namespaces/default/configmaps/there  | {"preconditions":{"uid":"x"}} | 409 | Conflict | Precondition failed: UID in precondition: x
          DELETE | /api/v1/namespaces/default/configmaps/there  | {"preconditions":{"resourceVersion":"1"}} | 409 | Conflict | Precondition failed
          DELETE | /api/v1/namespaces/default/configmaps/there?propagationPolicy=Maybe | | 422 | Invalid | propagationPolicy: Unsupported value: "Maybe"
          DELETE | /api/v1/namespaces/default/configmaps/there?gracePeriodSeconds=soon | | 422 | Invalid | gracePeriodSeconds: Invalid value: "soon"
          GET    | /api/v1/pods?labelSelector=a in (            |          | 400 | BadRequest | unable to parse requirement
          GET    | /api/v1/pods?fieldSelector=spec.colour=red   |          | 400 | BadRequest | field label not supported: spec.colour
          GET    | /api/v1/pods?fieldSelector=nonsense          |          | 400 | BadRequest | invalid field selector
          GET    | /api/v1/pods?continue=nonsense               |          | 400 | BadRequest | continue key is not valid
          GET    | /api/v1/pods?limit=many                      |          | 400 | BadRequest | limit: Invalid value: "many"
          GET    | /api/v1/pods?resourceVersion=new             |          | 400 | BadRequest | resourceVersion: Invalid value: "new"
          GET    | /api/v1/pods?resourceVersion=999999          |          | 504 | Timeout  | Too large resource version: 999999
          GET    | /api/v1/pods?resourceVersionMatch=Exact      |          | 422 | Invalid | resourceVersionMatch is forbidden unless resourceVersion is provided
          GET    | /api/v1/pods?resourceVersionMatch=Maybe&resourceVersion=1 | | 422 | Invalid | resourceVersionMatch: Unsupported value: "Maybe"
          GET    | /api/v1/pods?resourceVersionMatch=Exact&resourceVersion=0 | | 422 | Invalid | "Exact" is forbidden for resourceVersion "0"
          GET    | /api/v1/pods?watch=1&resourceVersionMatch=NotOlderThan | | 422 | Invalid | forbidden for watch unless sendInitialEvents is provided
          GET    | /api/v1/pods?watch=1&sendInitialEvents=true  |          | 422 | Invalid | sendInitialEvents requires setting resourceVersionMatch to NotOlderThan
          GET    | /api/v1/pods?watch=true&resourceVersion=999999 |        | 504 | Timeout | Too large resource version
          GET    | /api/v1/pods?includeObject=All               |          | 200 |          |
          POST   | /api/v1/namespaces/default/pods/x/eviction   | {}       | 404 | NotFound | pods "x" not found
          POST   | /apis/ballast.dev/v1/commits                 | {}       | 400 | BadRequest | writes: must be a list
          POST   | /apis/ballast.dev/v1/commits                 | {"writes":[{"create":{"key":{"resource":"nothings","name":"x"},"object":{}}}]} | 400 | BadRequest | writes[0].key: nothings is no kind that is stored
          POST   | /apis/ballast.dev/v1/commits                 | {"writes":[{"create":{"key":{"group":"networking.k8s.io","resource":"ipaddresses","name":"10.96.3.3"},"object":{}}}]} | 400 | BadRequest | is no kind that is stored
          POST   | /apis/ballast.dev/v1/commits                 | {"writes":[{"create":{"key":{"group":"authentication.k8s.io","resource":"selfsubjectreviews","name":"x"},"object":{}}}]} | 400 | BadRequest | is no kind that is stored
          POST   | /apis/ballast.dev/v1/commits                 | {"writes":[{"create":{"key":{"resource":"configmaps","name":"x"},"object":{"metadata":{"name":"x"}}}}]} | 400 | BadRequest | configmaps needs a namespace
          POST   | /apis/ballast.dev/v1/commits                 | {"writes":[{"create":{"key":{"resource":"nodes","namespace":"default","name":"x"},"object":{"metadata":{"name":"x"}}}}]} | 400 | BadRequest | nodes has no namespace
          POST   | /apis/ballast.dev/v1/commits                 | {"writes":[{"delete":{"key":{"resource":"configmaps","namespace":"default","name":"gone"}}}]} | 404 | NotFound | configmaps "gone" not found
          POST   | /apis/authorization.k8s.io/v1/selfsubjectaccessreviews | {} | 400 | BadRequest | exactly one of nonResourceAttributes or resourceAttributes must be specified
          GET    | /apis/authorization.k8s.io/v1/selfsubjectaccessreviews |  | 405 | MethodNotAllowed | the server does not allow this method on the requested resource
          """)
  void refuses(String method, String path, String body, int code, String reason, String message) {
    long before = cluster.store.revision();
    TestClient.Answer answer = client.send(path, method, body, "Content-Type", "application/json");
    assertEquals(code, answer.code(), answer.text());
    if (code != 200) {
      JsonNode status = answer.json();
      assertEquals("Status", status.path("kind").asText());
      assertEquals("Failure", status.path("status").asText());
      assertEquals(code, status.path("code").asInt());
      assertEquals(reason, status.path("reason").asText());
      String told = status.path("message").asText();
      assertTrue(told.contains(message), told);
    }
    assertEquals(before, cluster.store.revision(), "something was stored");
  }

  @ParameterizedTest
  @ValueSource(strings = {";;;,,,/", ";", ",", "/", ";q=x"})
  void aStrangeAcceptHeaderIsNoFailure(String accept) {
    int code = client.get("/api/v1/pods", "Accept", accept).code();
    assertTrue(code == 200 || code == 406, accept + " got " + code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST  | text/plain                                | 415 | the body of the request was in an unknown format
          PATCH | application/json                          | 415 | accepted media types include: application/json-patch+json
          PATCH | application/apply-patch+yaml              | 415 | server-side apply (application/apply-patch+yaml) is not served yet
          PATCH | application/merge-patch+json              | 200 |
          """)
  void knowsContentTypes(String method, String type, int code, String message) {
    String path =
        "/api/v1/namespaces/default/configmaps" + (method.equals("PATCH") ? "/there" : "");
    TestClient.Answer answer = client.send(path, method, "{}", "Content-Type", type);
    assertEquals(code, answer.code(), answer.text());
    assertTrue(message == null || answer.text().contains(message), answer.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text/csv                                                              | 406
          application/json;as=Table;v=v7;g=meta.k8s.io                          | 406
          application/json;as=Table;v=v7;g=meta.k8s.io,application/json         | 200
          application/vnd.kubernetes.protobuf                                   | 200
          application/vnd.kubernetes.protobuf,application/json                  | 200
          application/cbor, */*;q=0.1                                           | 200
          text/html,application/xhtml+xml,*/*;q=0.8                             | 200
          """)
  void knowsAcceptedTypes(String accept, int code) {
    TestClient.Answer answer = client.get("/api/v1/pods", "Accept", accept);
    assertEquals(code, answer.code(), answer.text());
    assertEquals("application/json", answer.contentType());
  }

  @Test
  void letsNobodyInWithoutToken() {
    for (String header : new String[] {"Bearer wrong", "Bearer ", "Basic YTpi", "x"}) {
      var request =
          java.net.http.HttpRequest.newBuilder(
                  java.net.URI.create(cluster.server.url() + "/api/v1/pods"))
              .header("Authorization", header)
              .build();
      var response =
          org.junit.jupiter.api.Assertions.assertDoesNotThrow(
              () -> client.http.send(request, java.net.http.HttpResponse.BodyHandlers.ofString()));
      assertEquals(401, response.statusCode());
      assertTrue(response.body().contains("\"message\":\"Unauthorized\""), response.body());
    }
  }

  @Test
  void warnsOfUnknownAndDuplicateFields() {
    TestClient.Answer answer =
        client.post(
            "/api/v1/namespaces/default/configmaps?dryRun=All",
            "{\"metadata\":{\"name\":\"a\",\"name\":\"b\"},\"dat\":{}}");
    assertEquals(201, answer.code(), answer.text());
    assertEquals("b", answer.json().at("/metadata/name").asText());
    assertEquals(
        java.util.List.of(
            "299 - \"duplicate field \\\"metadata.name\\\"\"",
            "299 - \"unknown field \\\"dat\\\"\""),
        answer.warnings());
  }

  @Test
  void namesTheFaultyWriteOfACommit() {
    String key = "\"key\":{\"resource\":\"configmaps\",\"namespace\":\"default\",\"name\":";
    String body =
        "{\"writes\":[{\"create\":{%s\"new\"},\"object\":%s}},{\"create\":{%s\"there\"},\"object\":%s}}]}"
            .formatted(key, TestClient.configMap("new"), key, TestClient.configMap("there"));
    TestClient.Answer answer = client.post("/apis/ballast.dev/v1/commits", body);
    assertEquals(409, answer.code(), answer.text());
    assertEquals("writes[1]", answer.json().at("/details/causes/0/field").asText());
    assertEquals(404, client.get("/api/v1/namespaces/default/configmaps/new").code());
  }
}

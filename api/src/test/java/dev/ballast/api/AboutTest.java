package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.api.security.PemPair;
import dev.ballast.api.server.ServerSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server tells of itself, and TLS. */
class AboutTest {

  @Test
  void tellsVersionHealthAndPaths() {
    try (TestCluster cluster = new TestCluster();
        TestClient client = new TestClient(cluster)) {
      JsonNode version = client.get("/version").json();
      assertEquals("1", version.path("major").asText());
      assertEquals("33", version.path("minor").asText());
      assertTrue(version.path("gitVersion").asText().matches("v1\\.33\\.\\d+\\+[0-9A-Za-z.-]+"));
      for (String page : List.of("/healthz", "/livez", "/readyz")) {
        assertEquals("ok", client.get(page).text());
      }
      assertTrue(client.get("/readyz?verbose").text().endsWith("readyz check passed\n"));
      assertTrue(client.get("/").json().path("paths").size() > 5);
      assertTrue(client.get("/metrics").contentType().startsWith("text/plain; version=0.0.4"));
      cluster.store.close();
      assertEquals(500, client.get("/readyz").code());
      assertEquals(200, client.get("/livez").code());
      assertEquals(503, client.get("/api/v1/pods").code());
    }
  }

  @Test
  void bothFormsOfDiscoveryTellTheSame() {
    try (TestCluster cluster = new TestCluster();
        TestClient client = new TestClient(cluster)) {
      Set<String> plain = new HashSet<>();
      plainResources(client, "/api/v1", plain);
      for (JsonNode group : client.get("/apis").json().path("groups")) {
        assertEquals(200, client.get("/apis/" + group.path("name").asText()).code());
        for (JsonNode version : group.path("versions")) {
          plainResources(client, "/apis/" + version.path("groupVersion").asText(), plain);
        }
      }
      Set<String> aggregated = new HashSet<>();
      for (String root : List.of("/api", "/apis")) {
        String accept =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
        TestClient.Answer answer = client.get(root, "Accept", accept);
        assertEquals(
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
            answer.contentType());
        for (JsonNode group : answer.json().path("items")) {
          String name = group.at("/metadata/name").asText("");
          for (JsonNode version : group.path("versions")) {
            String prefix = name.isEmpty() ? "" : name + "/";
            aggregatedResources(prefix + version.path("version").asText(), version, aggregated);
          }
        }
      }
      assertEquals(plain, aggregated);
      assertTrue(plain.contains("apps/v1 deployments/scale"), plain.toString());
      assertTrue(plain.contains("v1 bindings"));
    }
  }

  private static void plainResources(TestClient client, String path, Set<String> found) {
    JsonNode list = client.get(path).json();
    assertEquals("APIResourceList", list.path("kind").asText(), list.toString());
    String version = list.path("groupVersion").asText();
    list.path("resources").forEach(one -> found.add(version + " " + one.path("name").asText()));
  }

  private static void aggregatedResources(String version, JsonNode node, Set<String> found) {
    for (JsonNode resource : node.path("resources")) {
      String name = resource.path("resource").asText();
      found.add(version + " " + name);
      for (JsonNode part : resource.path("subresources")) {
        found.add(version + " " + name + "/" + part.path("subresource").asText());
      }
    }
  }

  @Test
  void answersWhoAndWhetherTheCallerMay() {
    try (TestCluster cluster = new TestCluster();
        TestClient client = new TestClient(cluster)) {
      JsonNode self = client.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}").json();
      assertEquals("admin", self.at("/status/userInfo/username").asText());
      JsonNode may =
          client
              .post(
                  "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                  "{\"spec\":{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}}")
              .json();
      assertTrue(may.at("/status/allowed").asBoolean());
    }
  }

  @Test
  void speaksHttp2OverTlsAndTakesANewCertificate(@TempDir Path directory) throws Exception {
    CertificateAuthority authority =
        CertificateAuthority.open(directory, new SecureRandom(), Instant.now());
    PemPair first = authority.issueServer(List.of("127.0.0.1"), Instant.now());
    ServerSettings settings =
        new ServerSettings("127.0.0.1", 0, first.certificates(), first.privateKey());
    try (TestCluster cluster = new TestCluster(settings, authority.certificatePem(), List.of())) {
      X509Certificate before = certificateShown(cluster, authority);
      PemPair second = authority.issueServer(List.of("127.0.0.1", "more"), Instant.now());
      cluster.server.renewCertificate(second.certificates(), second.privateKey());
      X509Certificate after = certificateShown(cluster, authority);
      assertEquals(before.getIssuerX500Principal(), after.getIssuerX500Principal());
      assertTrue(!before.getSerialNumber().equals(after.getSerialNumber()));
    }
  }

  private static X509Certificate certificateShown(
      TestCluster cluster, CertificateAuthority authority) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("ca", authority.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(cluster.server.url() + "/api/v1/namespaces"))
              .header("Authorization", "Bearer " + TestCluster.TOKEN)
              .build();
      var response = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertEquals(200, response.statusCode());
      assertEquals(HttpClient.Version.HTTP_2, response.version());
      return (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
    }
  }
}

package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.api.security.PemPair;
import dev.ballast.api.server.ServerSettings;
import dev.ballast.client.ApiClient;
import dev.ballast.client.RestStore;
import dev.ballast.client.Trust;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.testkit.store.ResourceStoreContract;
import dev.ballast.testkit.time.WallTimers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** The store over REST, against a real server over TLS: the same contract as every other store. */
class RestStoreTest extends ResourceStoreContract {

  @TempDir Path directory;

  private TestCluster cluster;
  private ApiClient client;

  @Override
  protected ResourceStore open() throws Exception {
    WallTimers timers = new WallTimers();
    CertificateAuthority authority =
        CertificateAuthority.open(directory, new SecureRandom(), timers.now().wall());
    PemPair pair = authority.issueServer(List.of("127.0.0.1"), timers.now().wall());
    cluster =
        new TestCluster(
            new ServerSettings("127.0.0.1", 0, pair.certificates(), pair.privateKey()),
            authority.certificatePem(),
            List.of());
    client =
        new ApiClient(
            List.of(URI.create("https://127.0.0.1:1"), URI.create(cluster.server.url())),
            Trust.ofPem(authority.certificatePem()),
            () -> TestCluster.TOKEN,
            cluster.timers);
    return new RestStore(client, cluster.timers, new Random(3));
  }

  @Override
  protected void createNamespace(ResourceStore store, String name) {
    byte[] namespace =
        ("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + name + "\"}}")
            .getBytes(StandardCharsets.UTF_8);
    assertInstanceOf(
        CommitResult.Committed.class,
        store.commit(
            new Write.Create(
                ObjectKey.cluster(ResourceType.NAMESPACES, name),
                Json.storable(Json.parse(namespace)))));
  }

  @Override
  protected void release() {
    client.close();
    cluster.close();
  }

  @Override
  protected boolean compacts() {
    return true;
  }

  @Override
  protected void compact(ResourceStore store, long revision) {
    cluster.store.compact(revision);
  }

  @Override
  protected boolean knowsPrevious() {
    return false;
  }
}

package dev.ballast.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.testkit.time.WallTimers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client of the API sees of links that break and come back. */
class LostLinkTest {

  @TempDir Path directory;

  private TestCluster cluster;
  private Relay relay;
  private ApiClient client;
  private RestStore store;

  @BeforeEach
  void start() throws Exception {
    WallTimers timers = new WallTimers();
    CertificateAuthority authority =
        CertificateAuthority.open(directory, new SecureRandom(), timers.now().wall());
    PemPair pair = authority.issueServer(List.of("127.0.0.1"), timers.now().wall());
    cluster =
        new TestCluster(
            new ServerSettings("127.0.0.1", 0, pair.certificates(), pair.privateKey()),
            authority.certificatePem(),
            List.of());
    relay = new Relay(cluster.server.port());
    client =
        new ApiClient(
            List.of(URI.create("https://127.0.0.1:" + relay.port())),
            Trust.ofPem(authority.certificatePem()),
            () -> TestCluster.TOKEN,
            cluster.timers);
    store = new RestStore(client, cluster.timers, new Random(3));
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
    client.close();
    relay.close();
    cluster.close();
  }

  private static Write create(String name) {
    String json =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
            + name
            + "\",\"namespace\":\"default\"}}";
    return new Write.Create(
        new ObjectKey(ResourceType.CONFIG_MAPS, "default", name),
        Json.storable(Json.parse(json.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aWatchOutlivesItsLinkAndTellsEveryEventOnce() {
    List<String> seen = new ArrayList<>();
    try (Watch watch =
        store.watch(
            new WatchQuery(ResourceType.CONFIG_MAPS, "default", store.revision()), () -> {})) {
      for (int round = 0; round < 5; round++) {
        String before = "before-" + round;
        cluster.store.commit(List.of(create(before), create(before + "-twin")));
        await().until(() -> take(watch, seen).contains(before + "-twin"));
        relay.cut();
        String during = "during-" + round;
        cluster.store.commit(List.of(create(during), create(during + "-twin")));
        relay.mend();
        await().until(() -> take(watch, seen).contains(during + "-twin"));
      }
    }
    List<String> all =
        IntStream.range(0, 5)
            .boxed()
            .flatMap(
                i ->
                    List.of(
                        "before-" + i,
                        "before-" + i + "-twin",
                        "during-" + i,
                        "during-" + i + "-twin")
                        .stream())
            .toList();
    assertEquals(all, seen);
  }

  private static List<String> take(Watch watch, List<String> seen) {
    Watch.Poll.Events poll = assertInstanceOf(Watch.Poll.Events.class, watch.poll(1));
    poll.events().forEach(event -> seen.add(event.document().key().name()));
    return seen;
  }

  @Test
  void withoutALinkNothingIsPretended() {
    ObjectKey key = create("a").key();
    assertInstanceOf(CommitResult.Committed.class, store.commit(create("a")));
    relay.cut();
    assertThrows(StoreUnavailableException.class, () -> store.get(key));
    assertThrows(
        StoreUnavailableException.class,
        () -> store.watch(new WatchQuery(ResourceType.CONFIG_MAPS, "default", 1), () -> {}));
    try {
      assertInstanceOf(CommitResult.Unavailable.class, store.commit(create("b")));
    } catch (StoreUnavailableException outcomeUnknown) {
      // The link may also break behind the request: then nobody can tell.
    }
    relay.mend();
    assertEquals(key, store.get(key).orElseThrow().key());
    assertInstanceOf(CommitResult.AlreadyExists.class, store.commit(create("a")));
  }

  @Test
  void aWatchOfCompactedHistoryExpires() {
    try (Watch watch =
        store.watch(
            new WatchQuery(ResourceType.CONFIG_MAPS, "default", store.revision()), () -> {})) {
      relay.cut();
      cluster.store.commit(create("lost"));
      cluster.store.commit(create("kept"));
      cluster.store.compact(cluster.store.revision());
      relay.mend();
      await().until(() -> watch.poll(10) instanceof Watch.Poll.Expired);
    }
  }
}

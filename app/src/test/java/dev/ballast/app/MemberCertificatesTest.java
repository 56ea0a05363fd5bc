package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.core.identity.NodeToken;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.stategrid.Settings;
import dev.ballast.stategrid.StateGrid;
import dev.ballast.stategrid.raft.RaftSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificates that members show each other, from their own authority, renewed as they run. */
class MemberCertificatesTest {

  @TempDir Path directory;

  @Test
  void newLinksShowTheRenewedCertificateAndStrangersGetNowhere() throws Exception {
    int port = freePort();
    SecureRandom random = new SecureRandom();
    // A clock of last year, so that what it renews is good by today's.
    SimulatedTimers later =
        new SimulatedTimers(Instant.now().minus(Duration.ofDays(202)), new Random(1));
    MemberFile self =
        new MemberFile("one", UUID.randomUUID(), "127.0.0.1:" + port, "https://127.0.0.1", true);
    RaftSettings settings = MemberCertificates.settings(directory, self, random, later);
    CertificateAuthority authority =
        CertificateAuthority.open(directory.resolve("members"), random, Instant.now());
    try (SystemTimers timers = new SystemTimers();
        StateGrid grid =
            StateGrid.open(Settings.in(directory), Optional.of(settings), timers, Telemetry.NONE)) {
      X509Certificate before = shown(port, context(authority, true, random));
      later.runFor(Duration.ofDays(201));
      X509Certificate after = shown(port, context(authority, true, random));
      assertNotEquals(before.getSerialNumber(), after.getSerialNumber());
      assertTrue(after.getNotAfter().after(before.getNotAfter()));
      assertEquals(
          authority.certificate().getSubjectX500Principal(), after.getIssuerX500Principal());
      SSLContext nobody = context(authority, false, random);
      assertThrows(IOException.class, () -> shown(port, nobody));
      saysThatItIsNoApi(URI.create("https://127.0.0.1:" + port));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> grid.store().commit(write()) instanceof CommitResult.Committed);
    }
  }

  /** What one issued while its clock was ahead is what it shows, and the others' are right. */
  @Test
  void membersLinkWithCertificatesOfTheirAuthorityAlsoWhenAClockIsAhead() throws Exception {
    UUID group = UUID.randomUUID();
    Path one = directory.resolve("one");
    Path two = directory.resolve("two");
    SecureRandom random = new SecureRandom();
    try (SystemTimers timers = new SystemTimers()) {
      MemberFile first =
          new MemberFile("one", group, "127.0.0.1:" + freePort(), "https://127.0.0.1", true);
      MemberFile second =
          new MemberFile("two", group, "127.0.0.1:" + freePort(), "https://127.0.0.1", false);
      RaftSettings founder = MemberCertificates.settings(one, first, random, timers);
      SecretFiles.read(one).forEach((name, content) -> SecretFiles.write(two, name, content));
      SimulatedTimers ahead =
          new SimulatedTimers(Instant.now().plus(Duration.ofHours(2)), new Random(1));
      RaftSettings joiner = MemberCertificates.settings(two, second, random, ahead);
      try (StateGrid here =
              StateGrid.open(Settings.in(one), Optional.of(founder), timers, Telemetry.NONE);
          StateGrid there =
              StateGrid.open(Settings.in(two), Optional.of(joiner), timers, Telemetry.NONE)) {
        List<RaftSettings.Peer> both = List.of(founder.self(), joiner.self());
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(
                () -> {
                  here.group().orElseThrow().node().setPeers(List.of(founder.self()), both);
                  return true;
                });
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> there.store().commit(write()) instanceof CommitResult.Committed);
        assertTrue(here.store().get(write().key()).isPresent());
      }
    }
  }

  /**
   * Asking there again would change nothing. Its alert may come too late to be read, after the link
   * is closed: who joins asks again then, as here.
   */
  private static void saysThatItIsNoApi(URI membersPort) {
    NodeToken token = new NodeToken("0".repeat(64), "a-secret-of-a-token");
    JoinToken joining = new JoinToken(Path.of("token"), "member-token");
    String said =
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptionsInstanceOf(IOException.class)
            .until(
                () -> {
                  try {
                    joining.authority(List.of(membersPort), token);
                    return "";
                  } catch (StartFailure refused) {
                    return refused.getMessage();
                  }
                },
                message -> true);
    assertEquals(
        "cannot join: "
            + membersPort
            + " asks its clients for a certificate, as a member's port for other members does"
            + " (--member-port, 6444 by default): name the port of its API (--port, 6443 by default)",
        said);
  }

  private static Write write() {
    var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").put("name", "a");
    return new Write.Create(
        new ObjectKey(ResourceType.CONFIG_MAPS, "default", "a"), Json.storable(object));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static SSLContext context(
      CertificateAuthority authority, boolean member, SecureRandom random) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority.certificate());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyManager[] keys = {};
    if (member) {
      var identity = authority.issueMember("two", List.of("127.0.0.1"), Instant.now());
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry(
          "own", identity.key(), new char[0], new Certificate[] {identity.certificate()});
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(own, new char[0]);
      keys = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), random);
    return context;
  }

  private static X509Certificate shown(int port, SSLContext context) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(5000);
      javax.net.ssl.SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      // In TLS 1.3 the refusal of a client comes with the first bytes.
      if (socket.getInputStream().read() < 0) {
        throw new IOException("the member hung up");
      }
      return shown;
    }
  }
}

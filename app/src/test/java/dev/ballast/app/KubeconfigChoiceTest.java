package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.api.security.CertificateAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which file, and which of the clusters and users in it. */
class KubeconfigChoiceTest {

  @TempDir Path directory;

  @Test
  void theOptionWinsThenTheFirstFileOfTheEnvironmentThatIsThere() throws IOException {
    Path there = Files.writeString(directory.resolve("there"), "");
    Path later = Files.writeString(directory.resolve("later"), "");
    Path absent = directory.resolve("absent");
    Path byDefault = Path.of(".ballast/data/kubeconfig");
    assertEquals(absent, KubeconfigChoice.of(absent, there.toString()));
    assertEquals(there, KubeconfigChoice.of(null, there.toString()));
    assertEquals(there, KubeconfigChoice.of(null, ":" + absent + ":" + there + ":" + later));
    assertEquals(byDefault, KubeconfigChoice.of(null, absent.toString()));
    assertEquals(byDefault, KubeconfigChoice.of(null, ""));
    assertEquals(byDefault, KubeconfigChoice.of(null, null));
  }

  /** The file may hold other clusters, whose servers must not see this one's token. */
  @Test
  void thePresentContextSaysWhichClusterAndWhoseToken() throws IOException {
    String own = authority("own");
    String foreign = authority("foreign");
    Path file =
        Files.writeString(
            directory.resolve("config"),
            """
            clusters:
            - {name: far, cluster: {server: 'https://far:1', certificate-authority-data: %s}}
            - {name: one, cluster: {server: 'https://one:1', certificate-authority-data: %s}}
            - {name: two, cluster: {server: 'https://two:1', certificate-authority-data: %s}}
            users:
            - {name: stranger, user: {token: of-a-stranger}}
            - {name: admin, user: {token: of-the-admin}}
            contexts:
            - {name: elsewhere, context: {cluster: far, user: stranger}}
            - {name: here, context: {cluster: two, user: admin}}
            current-context: here
            """
                .formatted(foreign, own, own));
    try (Connection connection = Connection.of(file)) {
      assertEquals(
          List.of(URI.create("https://two:1"), URI.create("https://one:1")),
          connection.client().servers());
      assertEquals("of-the-admin", connection.token());
    }
  }

  private String authority(String name) throws IOException {
    String pem =
        CertificateAuthority.open(
                Files.createDirectory(directory.resolve(name)), new SecureRandom(), Instant.now())
            .certificatePem();
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }
}

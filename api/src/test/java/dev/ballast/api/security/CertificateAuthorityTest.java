package dev.ballast.api.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path directory;

  private CertificateAuthority open() throws IOException {
    return CertificateAuthority.open(directory, new SecureRandom(), NOW);
  }

  @Test
  void reopeningKeepsTheAuthority() throws Exception {
    CertificateAuthority first = open();
    assertEquals(first.certificate(), open().certificate());
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("ca.key"))));
  }

  @Test
  void deathBetweenTheTwoFilesKeepsTheKey() throws Exception {
    open();
    String key = Files.readString(directory.resolve("ca.key"));
    Files.delete(directory.resolve("ca.crt"));
    CertificateAuthority again = open();
    assertEquals(key, Files.readString(directory.resolve("ca.key")));
    again.certificate().verify(again.certificate().getPublicKey());
    assertEquals(again.certificate(), open().certificate());
  }

  @Test
  void deathInTheMiddleOfAFileIsHarmless() throws Exception {
    Files.writeString(directory.resolve("ca.key.new"), "half a ke");
    assertEquals(open().certificate(), open().certificate());
  }

  @Test
  void filesThatDoNotBelongTogetherAreRefused() throws Exception {
    open();
    Files.delete(directory.resolve("ca.key"));
    IOException lost = assertThrows(IOException.class, this::open);
    assertTrue(lost.getMessage().contains("restore the key"), lost.getMessage());

    String certificate = Files.readString(directory.resolve("ca.crt"));
    Files.delete(directory.resolve("ca.crt"));
    open();
    Files.writeString(directory.resolve("ca.crt"), certificate);
    IOException foreign = assertThrows(IOException.class, this::open);
    assertTrue(foreign.getMessage().contains("is not the key of"), foreign.getMessage());

    Files.writeString(directory.resolve("ca.key"), "rubbish");
    assertThrows(IOException.class, this::open);
  }

  @Test
  void serverCertificatesAreSignedAndNamed() throws Exception {
    CertificateAuthority authority = open();
    PemPair pair =
        authority.issueServer(List.of("localhost", "127.0.0.1", "::1", "kubernetes.default"), NOW);
    X509Certificate server = read(pair);
    server.verify(authority.certificate().getPublicKey());
    server.checkValidity(Date.from(NOW));
    assertEquals(
        List.of(
            List.of(2, "localhost"),
            List.of(7, "127.0.0.1"),
            List.of(7, "0:0:0:0:0:0:0:1"),
            List.of(2, "kubernetes.default")),
        server.getSubjectAlternativeNames().stream().map(List::copyOf).toList());
    assertEquals(-1, server.getBasicConstraints());
  }

  /**
   * Whoever issues, whoever looks: neither clock need be right, by months. Some clients look at the
   * authority's own certificate, too.
   */
  @ParameterizedTest
  @ValueSource(ints = {-150, 0, 150, 300})
  void aWrongClockIsBelieved(int days) throws Exception {
    Instant wrong = NOW.plus(Duration.ofDays(days));
    for (CertificateAuthority authority :
        List.of(
            CertificateAuthority.open(under("right"), new SecureRandom(), NOW),
            CertificateAuthority.open(under("wrong"), new SecureRandom(), wrong))) {
      for (Instant issuer : List.of(NOW, wrong)) {
        X509Certificate member =
            authority.issueMember("m", List.of("127.0.0.1"), issuer).certificate();
        X509Certificate server = read(authority.issueServer(List.of("localhost"), issuer));
        for (Instant reader : List.of(NOW, wrong)) {
          member.checkValidity(Date.from(reader));
          server.checkValidity(Date.from(reader));
          authority.certificate().checkValidity(Date.from(reader));
        }
        Duration whole =
            Duration.between(server.getNotBefore().toInstant(), server.getNotAfter().toInstant());
        assertTrue(whole.toDays() <= 825, "some clients take none that is valid for longer");
      }
    }
  }

  private Path under(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  /** So one that was issued then is good still when the next one is. */
  @Test
  void whatIsIssuedLastsUntilLongAfterItIsRenewed() throws Exception {
    X509Certificate member = open().issueMember("m", List.of("127.0.0.1"), NOW).certificate();
    member.checkValidity(Date.from(NOW.plus(Duration.ofDays(360))));
  }

  private static X509Certificate read(PemPair pair) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pair.certificates().getBytes()));
  }

  @Test
  void ownTokensAreMadeOnce() throws Exception {
    CertificateAuthority authority = open();
    OwnTokens first = OwnTokens.open(directory, authority, new SecureRandom());
    OwnTokens second = OwnTokens.open(directory, authority, new SecureRandom());
    assertEquals(first, second);
    assertEquals(first.node().caSha256(), authority.certificateSha256());
    for (String file : List.of("tokens", "node-token")) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))));
    }
    assertNotEquals(first.admin().token(), first.node().secret());
  }

  @Test
  void aNewAuthorityGetsANewNodeToken() throws Exception {
    OwnTokens first = OwnTokens.open(directory, open(), new SecureRandom());
    Files.delete(directory.resolve("ca.crt"));
    Files.delete(directory.resolve("ca.key"));
    OwnTokens second = OwnTokens.open(directory, open(), new SecureRandom());
    assertNotEquals(first.node(), second.node());
    assertEquals(first.admin(), second.admin());
  }

  @Test
  void kubeconfigHoldsWhatKubectlNeeds() throws Exception {
    Path file = directory.resolve("kubeconfig");
    Kubeconfig.write(file, "https://127.0.0.1:6443", open(), "t0ken");
    var yaml =
        new org.yaml.snakeyaml.Yaml().<java.util.Map<String, Object>>load(Files.readString(file));
    assertEquals("ballast", yaml.get("current-context"));
    assertTrue(yaml.get("clusters").toString().contains("server=https://127.0.0.1:6443"));
    assertTrue(yaml.get("users").toString().contains("token=t0ken"));
  }
}

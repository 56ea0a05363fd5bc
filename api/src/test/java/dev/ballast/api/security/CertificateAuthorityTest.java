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
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    X509Certificate server =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pair.certificates().getBytes()));
    server.verify(authority.certificate().getPublicKey());
    server.checkValidity(java.util.Date.from(NOW));
    assertEquals(
        List.of(
            List.of(2, "localhost"),
            List.of(7, "127.0.0.1"),
            List.of(7, "0:0:0:0:0:0:0:1"),
            List.of(2, "kubernetes.default")),
        server.getSubjectAlternativeNames().stream().map(List::copyOf).toList());
    assertEquals(-1, server.getBasicConstraints());
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

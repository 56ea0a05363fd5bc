package dev.ballast.stategrid.faults;

import dev.ballast.stategrid.raft.MemberTls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One key and certificate for all members of a run, which is its own authority: their links are
 * mutual TLS as in the product. A file beside the members' disks.
 */
final class MemberKeys {

  private static final String NAME = "members.p12";
  private static final String PASSWORD = "ballast";

  private MemberKeys() {}

  static void make(Path place, List<String> ips) {
    // One that was broken off may have left its own.
    place.resolve(NAME).toFile().delete();
    Shell.run(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        "member",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=members",
        "-startdate",
        "-10d",
        "-validity",
        "3650",
        "-ext",
        ips.stream().map(ip -> "ip:" + ip).collect(Collectors.joining(",", "san=", "")),
        "-storetype",
        "PKCS12",
        "-storepass",
        PASSWORD,
        "-keystore",
        place.resolve(NAME).toString());
  }

  /** Empty where none was made. */
  static Optional<MemberTls> read(Path place) {
    Path file = place.resolve(NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      X509Certificate certificate = (X509Certificate) store.getCertificate("member");
      PrivateKey key = (PrivateKey) store.getKey("member", PASSWORD.toCharArray());
      return Optional.of(new MemberTls(key, certificate, certificate));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }
}

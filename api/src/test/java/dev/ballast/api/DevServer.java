package dev.ballast.api;

import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.api.security.Kubeconfig;
import dev.ballast.api.security.PemPair;
import dev.ballast.api.server.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/**
 * The API alone, for trying real clients by hand: {@code DevServer DIRECTORY PORT} writes a
 * kubeconfig into the directory and serves until killed. State is on the heap.
 */
final class DevServer {

  private DevServer() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    CertificateAuthority authority =
        CertificateAuthority.open(directory, new SecureRandom(), Instant.now());
    PemPair pair = authority.issueServer(List.of("127.0.0.1", "localhost"), Instant.now());
    ServerSettings settings =
        new ServerSettings(
            "127.0.0.1", Integer.parseInt(arguments[1]), pair.certificates(), pair.privateKey());
    TestCluster cluster = new TestCluster(settings, authority.certificatePem(), List.of());
    Kubeconfig.write(
        directory.resolve("kubeconfig"), cluster.server.url(), authority, TestCluster.TOKEN);
    System.out.println("ready " + cluster.server.url());
    Thread.currentThread().join();
  }
}

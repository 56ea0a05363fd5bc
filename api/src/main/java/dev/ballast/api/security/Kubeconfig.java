package dev.ballast.api.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * Writes what kubectl and every client library need to reach the servers, in one file. The format
 * has one server a context: the first is the present one, the others are {@code ballast-2} and so
 * on, which Ballast's own commands try by themselves.
 */
public final class Kubeconfig {

  private Kubeconfig() {}

  /** Replaces the file whole, mode 0600. */
  public static void write(Path file, String server, CertificateAuthority authority, String token)
      throws IOException {
    write(file, List.of(server), authority, token);
  }

  /**
   * @param servers in the order of preference, at least one
   */
  public static void write(
      Path file, List<String> servers, CertificateAuthority authority, String token)
      throws IOException {
    PrivateFiles.writeSecret(file, text(servers, authority.certificatePem(), token));
  }

  private static String text(List<String> servers, String caPem, String token) {
    String ca = Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.UTF_8));
    StringBuilder clusters = new StringBuilder();
    StringBuilder contexts = new StringBuilder();
    for (int i = 0; i < servers.size(); i++) {
      String name = i == 0 ? "ballast" : "ballast-" + (i + 1);
      clusters.append(
          """
          - name: %s
            cluster:
              server: %s
              certificate-authority-data: %s
          """
              .formatted(name, servers.get(i), ca));
      contexts.append(
          """
          - name: %s
            context:
              cluster: %s
              user: ballast-admin
              namespace: default
          """
              .formatted(name, name));
    }
    return """
        apiVersion: v1
        kind: Config
        clusters:
        %susers:
        - name: ballast-admin
          user:
            token: %s
        contexts:
        %scurrent-context: ballast
        """
        .formatted(clusters, token, contexts);
  }
}

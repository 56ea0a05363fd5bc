package dev.ballast.api.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/** Writes what kubectl and every client library need to reach the server, in one file. */
public final class Kubeconfig {

  private Kubeconfig() {}

  /** Replaces the file whole, mode 0600. */
  public static void write(Path file, String server, CertificateAuthority authority, String token)
      throws IOException {
    PrivateFiles.writeSecret(file, text(server, authority.certificatePem(), token));
  }

  static String text(String server, String caPem, String token) {
    String ca = Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.UTF_8));
    return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: ballast
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: ballast-admin
          user:
            token: %s
        contexts:
        - name: ballast
          context:
            cluster: ballast
            user: ballast-admin
            namespace: default
        current-context: ballast
        """
        .formatted(server, ca, token);
  }
}

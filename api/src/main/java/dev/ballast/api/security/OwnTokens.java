package dev.ballast.api.security;

import dev.ballast.core.identity.NodeToken;
import dev.ballast.core.identity.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The two tokens every cluster has from its first start, made once and kept in the data directory:
 * the administrator's in {@code tokens} (a token file), the nodes' in {@code node-token}.
 *
 * <p>With the nodes' token an agent asks for a credential of its own ({@link NodeCredentials}); it
 * is good for nothing else.
 */
public record OwnTokens(TokenFile.Entry admin, NodeToken node) {

  /** The administrator: bypasses every later authoriser, as in Kubernetes. */
  public static final User ADMIN =
      new User("ballast-admin", "ballast-admin", List.of("system:masters"), Map.of());

  /** An agent that has no credential of its own yet. */
  public static final User BOOTSTRAP =
      new User(
          "system:bootstrap:node-token",
          "system:bootstrap:node-token",
          List.of("system:bootstrappers"),
          Map.of());

  public static OwnTokens open(Path directory, CertificateAuthority authority, SecureRandom random)
      throws IOException {
    return new OwnTokens(
        admin(directory.resolve("tokens"), random),
        node(directory.resolve("node-token"), authority, random));
  }

  /** Both, as the authenticator takes them. */
  public List<TokenFile.Entry> entries() {
    return List.of(admin, new TokenFile.Entry(node.secret(), BOOTSTRAP));
  }

  private static TokenFile.Entry admin(Path file, SecureRandom random) throws IOException {
    if (Files.notExists(file)) {
      PrivateFiles.writeSecret(
          file, secret(random) + "," + ADMIN.name() + "," + ADMIN.uid() + ",system:masters\n");
    }
    return TokenFile.read(file).stream()
        .filter(entry -> entry.user().groups().contains("system:masters"))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    file + " names no user of the group system:masters; remove it to get one"));
  }

  /** An authority founded anew makes the old token useless, so it is replaced, secret included. */
  private static NodeToken node(Path file, CertificateAuthority authority, SecureRandom random)
      throws IOException {
    if (Files.exists(file)) {
      NodeToken kept =
          NodeToken.parse(Files.readString(file))
              .orElseThrow(
                  () -> new IOException(file + " holds no node token; remove it to get a new one"));
      if (kept.caSha256().equals(authority.certificateSha256())) {
        return kept;
      }
    }
    NodeToken made = new NodeToken(authority.certificateSha256(), secret(random));
    PrivateFiles.writeSecret(file, made.text() + "\n");
    return made;
  }

  /** 256 bits, safe in URLs, files and headers. */
  private static String secret(SecureRandom random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

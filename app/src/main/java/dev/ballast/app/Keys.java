package dev.ballast.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.api.security.OwnTokens;
import dev.ballast.api.security.TokenFile;
import dev.ballast.core.identity.NodeToken;
import dev.ballast.core.identity.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The cluster's secrets in the data directory: founded at the first start, read at every other.
 *
 * @param tokens whom the server knows by a fixed token: administrator, nodes, the operator's file
 */
record Keys(CertificateAuthority authority, OwnTokens own, List<TokenFile.Entry> tokens) {

  /** A machine that becomes a member gets every secret there is, so it may as well do anything. */
  private static final User MEMBER =
      new User(
          "system:ballast:member", "system:ballast:member", List.of("system:masters"), Map.of());

  /** What a machine joins as a member with, kept in {@code member-token}. */
  private static NodeToken member(
      Path directory, CertificateAuthority authority, SecureRandom random) throws IOException {
    Path file = directory.resolve("member-token");
    if (Files.exists(file)) {
      NodeToken kept =
          NodeToken.parse(Files.readString(file))
              .orElseThrow(
                  () ->
                      new IOException(file + " holds no member token; remove it to get a new one"));
      if (kept.caSha256().equals(authority.certificateSha256())) {
        return kept;
      }
    }
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    NodeToken made =
        new NodeToken(
            authority.certificateSha256(),
            Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    SecretFiles.write(directory, "member-token", (made.text() + "\n").getBytes(US_ASCII));
    return made;
  }

  /**
   * @throws StartFailure when a file cannot be read or written, or says what it must not
   */
  static Keys open(ServerOptions options, SecureRandom random) {
    Path directory = options.data;
    try {
      CertificateAuthority authority = CertificateAuthority.open(directory, random, Instant.now());
      OwnTokens own = OwnTokens.open(directory, authority, random);
      List<TokenFile.Entry> tokens = new ArrayList<>(own.entries());
      tokens.add(new TokenFile.Entry(member(directory, authority, random).secret(), MEMBER));
      if (options.tokenAuthFile != null) {
        tokens.addAll(TokenFile.read(options.tokenAuthFile));
      }
      return new Keys(authority, own, tokens);
    } catch (NoSuchFileException e) {
      throw new StartFailure("cannot open the cluster's keys: no such file: " + e.getFile(), e);
    } catch (IOException e) {
      throw new StartFailure("cannot open the cluster's keys: " + e.getMessage(), e);
    }
  }
}

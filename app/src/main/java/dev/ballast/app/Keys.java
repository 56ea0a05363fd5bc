package dev.ballast.app;

import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.api.security.OwnTokens;
import dev.ballast.api.security.TokenFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The cluster's secrets in the data directory: founded at the first start, read at every other.
 *
 * @param tokens whom the server knows by a fixed token: administrator, nodes, the operator's file
 */
record Keys(CertificateAuthority authority, OwnTokens own, List<TokenFile.Entry> tokens) {

  /**
   * @throws StartFailure when a file cannot be read or written, or says what it must not
   */
  static Keys open(ServerOptions options, SecureRandom random) {
    Path directory = options.data;
    try {
      CertificateAuthority authority = CertificateAuthority.open(directory, random, Instant.now());
      OwnTokens own = OwnTokens.open(directory, authority, random);
      List<TokenFile.Entry> tokens = new ArrayList<>(own.entries());
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

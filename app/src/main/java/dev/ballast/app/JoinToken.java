package dev.ballast.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ballast.client.Given;
import dev.ballast.client.Trust;
import dev.ballast.core.identity.NodeToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file that lets a machine join, as a person copied it there.
 *
 * @param file whatever that person named
 * @param name what it is called in the data directory that it comes from
 */
record JoinToken(Path file, String name) {

  private static final int LONGEST = 4096;

  /**
   * @throws StartFailure in words for a person when the file holds anything else
   */
  NodeToken read() {
    try (InputStream in = Files.newInputStream(file)) {
      return NodeToken.parse(new String(in.readNBytes(LONGEST), ISO_8859_1))
          .orElseThrow(
              () ->
                  new StartFailure(
                      "%s holds no %s, which is one line of 64 hexadecimal digits, a dot and a secret: copy it"
                              .formatted(file, words())
                          + from()));
    } catch (NoSuchFileException e) {
      throw new StartFailure("cannot read the token file " + file + ": no such file", e);
    } catch (IOException e) {
      throw new StartFailure("cannot read the token file " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The authority that the token names. Blocks.
   *
   * @throws StartFailure when every server has another one, or is no API
   * @throws IOException when none can be asked now
   */
  String authority(List<URI> servers, NodeToken token) throws IOException {
    try {
      return Trust.fetch(servers, token);
    } catch (Trust.OtherAuthorityException e) {
      throw new StartFailure(
          "cannot join with the %s in %s: %s; copy it anew".formatted(words(), file, e.getMessage())
              + from(),
          e);
    } catch (Trust.AsksCertificateException e) {
      throw new StartFailure("cannot join: " + e.getMessage(), e);
    }
  }

  private String words() {
    return name.replace('-', ' ');
  }

  private String from() {
    return " from the file " + name + " in a server's data directory";
  }

  /**
   * @param option as a person knows it
   * @throws StartFailure when an address is none that a server could be reached at over TLS
   */
  static List<URI> servers(String option, List<String> given) {
    return given.stream().map(one -> server(option, one)).toList();
  }

  private static URI server(String option, String given) {
    try {
      return Given.server(given);
    } catch (IllegalArgumentException e) {
      throw new StartFailure(option + " must be " + e.getMessage(), e);
    }
  }
}

package dev.ballast.core.identity;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a machine needs to join: which certificate authority to believe, and a secret to be believed
 * by. Text form {@code <sha256>.<secret>}, one line of a file.
 *
 * @param caSha256 SHA-256 of the authority's certificate in DER, lower-case hex
 * @param secret the bearer token
 */
public record NodeToken(String caSha256, String secret) {

  private static final Pattern FORM = Pattern.compile("([0-9a-f]{64})\\.([A-Za-z0-9_-]{16,})");

  /** Reads the text form; empty when the text is none. */
  public static Optional<NodeToken> parse(String text) {
    var form = FORM.matcher(text.strip());
    return form.matches()
        ? Optional.of(new NodeToken(form.group(1), form.group(2)))
        : Optional.empty();
  }

  public String text() {
    return caSha256 + "." + secret;
  }

  /** Never the secret: records end up in logs. */
  @Override
  public String toString() {
    return "NodeToken[" + caSha256 + "]";
  }
}

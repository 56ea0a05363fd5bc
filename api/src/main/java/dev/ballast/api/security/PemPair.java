package dev.ballast.api.security;

/** A certificate chain and its private key, both in PEM. */
public record PemPair(String certificates, String privateKey) {

  /** Never the key: records end up in logs. */
  @Override
  public String toString() {
    return "PemPair[" + certificates.length() + " characters of certificates]";
  }
}

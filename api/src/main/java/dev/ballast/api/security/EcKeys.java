package dev.ballast.api.security;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/** Key pairs on P-256, kept as PKCS#8 PEM files. The public half is computed from the private. */
final class EcKeys {

  static final String CURVE = "secp256r1";

  private EcKeys() {}

  static KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + CURVE, e);
    }
  }

  /** The pair kept in a file, made and written first if there is none. */
  static KeyPair loadOrCreate(Path file, SecureRandom random) throws IOException {
    Optional<KeyPair> kept = load(file);
    if (kept.isPresent()) {
      return kept.get();
    }
    KeyPair pair = generate(random);
    PrivateFiles.writeSecret(file, pem(pair.getPrivate()));
    return pair;
  }

  /**
   * @return empty when there is no such file
   * @throws IOException when there is one, but it is no P-256 key
   */
  static Optional<KeyPair> load(Path file) throws IOException {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      byte[] der = Pem.decode("PRIVATE KEY", Files.readString(file));
      ECPrivateKey key =
          (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      return Optional.of(new KeyPair(publicOf(key), key));
    } catch (GeneralSecurityException | ClassCastException | IllegalArgumentException e) {
      throw new IOException(
          file + " holds no EC private key in PEM form (" + e.getMessage() + "); restore it", e);
    }
  }

  static String pem(PrivateKey key) {
    return Pem.encode("PRIVATE KEY", key.getEncoded());
  }

  private static PublicKey publicOf(ECPrivateKey key) throws GeneralSecurityException {
    var point = CustomNamedCurves.getByName(CURVE).getG().multiply(key.getS()).normalize();
    BigInteger x = point.getAffineXCoord().toBigInteger();
    BigInteger y = point.getAffineYCoord().toBigInteger();
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), key.getParams()));
  }

  /** The PEM armour of RFC 7468. */
  static final class Pem {

    private Pem() {}

    static String encode(String label, byte[] der) {
      return "-----BEGIN "
          + label
          + "-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
          + "\n-----END "
          + label
          + "-----\n";
    }

    /**
     * @throws IllegalArgumentException when the text holds no such block
     */
    static byte[] decode(String label, String text) {
      String begin = "-----BEGIN " + label + "-----";
      int from = text.indexOf(begin);
      int to = text.indexOf("-----END " + label + "-----");
      if (from < 0 || to < from) {
        throw new IllegalArgumentException("no PEM block " + label);
      }
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    }
  }
}

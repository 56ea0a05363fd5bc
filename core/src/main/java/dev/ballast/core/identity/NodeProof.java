package dev.ballast.core.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * How an agent shows that it holds its key: it signs what the server asked (ECDSA on P-256 with
 * SHA-256), under a heading of its own, so that the signature is good for nothing else. Pure.
 */
public final class NodeProof {

  public static final String CURVE = "secp256r1";

  private static final String ALGORITHM = "SHA256withECDSA";
  private static final String HEADING = "ballast.dev/v1 node credential\n";
  private static final int FIELD_BITS = 256;

  private NodeProof() {}

  public static byte[] sign(PrivateKey key, String challenge) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(statement(challenge));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with " + ALGORITHM, e);
    }
  }

  /**
   * @param publicKey X.509 SubjectPublicKeyInfo in DER, from anyone
   */
  public static boolean verify(byte[] publicKey, String challenge, byte[] signed) {
    try {
      PublicKey key =
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(publicKey));
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(statement(challenge));
      return key instanceof ECPublicKey curve
          && curve.getParams().getCurve().getField().getFieldSize() == FIELD_BITS
          && signature.verify(signed);
    } catch (GeneralSecurityException notAKey) {
      return false;
    }
  }

  /** What a key is known by: lower-case hex of its SHA-256. */
  public static String fingerprint(byte[] publicKey) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] statement(String challenge) {
    return (HEADING + challenge).getBytes(StandardCharsets.UTF_8);
  }
}

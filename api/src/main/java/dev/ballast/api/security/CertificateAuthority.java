package dev.ballast.api.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/**
 * The cluster's own certificate authority, kept in {@code ca.key} and {@code ca.crt} of the data
 * directory. The key is written first: a process that died in between left a key without a
 * certificate, and the next start signs one with it. Immutable, thread-safe.
 */
public final class CertificateAuthority {

  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3653);
  private static final Duration SERVER_LIFE = Duration.ofDays(365);

  /**
   * Certificates begin as long ago as that: a machine whose clock is wrong is believed by those
   * whose clocks are right, and the other way round, by up to a year. A server's are then good for
   * two years in all; clients that bound the time of servers' certificates do so at 825 days.
   */
  private static final Duration CLOCK_SKEW = Duration.ofDays(365);

  private final KeyPair keys;
  private final X509Certificate certificate;
  private final SecureRandom random;

  private CertificateAuthority(KeyPair keys, X509Certificate certificate, SecureRandom random) {
    this.keys = keys;
    this.certificate = certificate;
    this.random = random;
  }

  /**
   * Loads the authority of a data directory, or founds it there.
   *
   * @throws IOException when the files cannot be read or written, or do not belong together: that
   *     is for a person to mend, since every kubeconfig and node token trusts this authority
   */
  public static CertificateAuthority open(Path directory, SecureRandom random, Instant now)
      throws IOException {
    Path keyFile = directory.resolve("ca.key");
    Path certificateFile = directory.resolve("ca.crt");
    boolean hasCertificate = Files.exists(certificateFile);
    if (hasCertificate && Files.notExists(keyFile)) {
      throw new IOException(
          certificateFile
              + " is there but "
              + keyFile
              + " is not; restore the key, or remove the certificate to found a new authority"
              + " (every kubeconfig and node token made so far then becomes useless)");
    }
    KeyPair keys = EcKeys.loadOrCreate(keyFile, random);
    if (!hasCertificate) {
      X509Certificate made = selfSigned(keys, random, now);
      PrivateFiles.writePublic(certificateFile, pem(made));
    }
    X509Certificate certificate = read(certificateFile);
    if (!certificate.getPublicKey().equals(keys.getPublic())) {
      throw new IOException(
          keyFile + " is not the key of " + certificateFile + "; restore the two from one backup");
    }
    return new CertificateAuthority(keys, certificate, random);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public String certificatePem() {
    return pem(certificate);
  }

  /** SHA-256 of the certificate in DER, lower-case hex, as node tokens carry it. */
  public String certificateSha256() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A server certificate for these host names and IP addresses, valid for a year yet. */
  public PemPair issueServer(Collection<String> names, Instant now) {
    KeyPair pair = EcKeys.generate(random);
    X509Certificate certificate =
        issue("CN=ballast-apiserver", names, pair, now, SERVER_LIFE, KeyPurposeId.id_kp_serverAuth);
    return new PemPair(pem(certificate) + certificatePem(), EcKeys.pem(pair.getPrivate()));
  }

  /** A key and the certificate of it, on both ends of a link. */
  public record Identity(PrivateKey key, X509Certificate certificate) {
    /** Never the key: records end up in logs. */
    @Override
    public String toString() {
      return "Identity[" + certificate.getSubjectX500Principal() + "]";
    }
  }

  /** For a member that calls others and is called by them, valid for a year yet. */
  public Identity issueMember(String id, Collection<String> names, Instant now) {
    KeyPair pair = EcKeys.generate(random);
    return new Identity(
        pair.getPrivate(),
        issue(
            "CN=ballast-member-" + id,
            names,
            pair,
            now,
            SERVER_LIFE,
            KeyPurposeId.id_kp_serverAuth,
            KeyPurposeId.id_kp_clientAuth));
  }

  private X509Certificate issue(
      String subject,
      Collection<String> names,
      KeyPair pair,
      Instant now,
      Duration life,
      KeyPurposeId... purposes) {
    try {
      JcaX509v3CertificateBuilder builder = builder(subject, pair.getPublic(), now, life);
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              extensions.createAuthorityKeyIdentifier(certificate))
          .addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
      return sign(builder, keys);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("cannot sign a certificate for " + names, e);
    }
  }

  private static GeneralNames alternativeNames(Collection<String> names) {
    return new GeneralNames(
        names.stream()
            .map(
                name ->
                    new GeneralName(
                        IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName,
                        name))
            .toArray(GeneralName[]::new));
  }

  private static X509Certificate selfSigned(KeyPair keys, SecureRandom random, Instant now) {
    try {
      X500Name name = new X500Name("CN=ballast-ca");
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              serial(random),
              Date.from(now.minus(CLOCK_SKEW)),
              Date.from(now.plus(AUTHORITY_LIFE)),
              name,
              keys.getPublic());
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
          .addExtension(
              Extension.keyUsage,
              true,
              new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
      return sign(builder, keys);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("cannot sign the authority's own certificate", e);
    }
  }

  private JcaX509v3CertificateBuilder builder(
      String subject, PublicKey key, Instant now, Duration life) {
    Instant first = certificate.getNotBefore().toInstant();
    Instant last = certificate.getNotAfter().toInstant();
    // Of a clock that says that there is no authority yet, that much is known.
    Instant begin = now.minus(CLOCK_SKEW).isBefore(first) ? first : now.minus(CLOCK_SKEW);
    Instant end = (now.isBefore(first) ? first : now).plus(life);
    return new JcaX509v3CertificateBuilder(
        certificate,
        serial(random),
        Date.from(begin),
        Date.from(end.isAfter(last) ? last : end),
        new X500Principal(subject),
        key);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair keys)
      throws OperatorCreationException, GeneralSecurityException, IOException {
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    return decode(builder.build(signer).getEncoded());
  }

  private static BigInteger serial(SecureRandom random) {
    return new BigInteger(127, random).add(BigInteger.ONE);
  }

  private static X509Certificate read(Path file) throws IOException {
    try {
      return decode(Files.readAllBytes(file));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no certificate in PEM form; restore it", e);
    }
  }

  private static X509Certificate decode(byte[] pemOrDer) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pemOrDer));
  }

  private static String pem(X509Certificate certificate) {
    try {
      return EcKeys.Pem.encode("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

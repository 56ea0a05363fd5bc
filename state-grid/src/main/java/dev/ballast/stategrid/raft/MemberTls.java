package dev.ballast.stategrid.raft;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Who this member is to the others, and whom it believes: members only. The certificate can be
 * renewed while links are open: they stay, new ones show the new one. Thread-safe.
 */
public final class MemberTls {

  private record Identity(PrivateKey key, X509Certificate certificate) {}

  private final X509Certificate authority;
  private volatile Identity identity;

  /**
   * @param authority signed every member's certificate and nothing else
   */
  public MemberTls(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
    this.identity = new Identity(key, certificate);
    this.authority = authority;
  }

  /** Links from now on show this certificate. */
  public void renew(PrivateKey key, X509Certificate certificate) {
    identity = new Identity(key, certificate);
  }

  X509ExtendedKeyManager keys() {
    return new Keys();
  }

  TrustManager trust() {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("members", authority);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the members' authority cannot be trusted", e);
    }
  }

  /** The name of an identity is its certificate's number, so that a handshake keeps to one. */
  private final class Keys extends X509ExtendedKeyManager {
    private volatile Identity before;

    private String alias(String... types) {
      return Arrays.stream(types).anyMatch(type -> type.startsWith("EC"))
          ? identity.certificate.getSerialNumber().toString()
          : null;
    }

    private Identity named(String alias) {
      Identity now = identity;
      if (now.certificate.getSerialNumber().toString().equals(alias)) {
        before = now;
        return now;
      }
      Identity last = before;
      return last != null && last.certificate.getSerialNumber().toString().equals(alias)
          ? last
          : now;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      String alias = alias(type);
      return alias == null ? null : new String[] {alias};
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return alias(types);
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return getClientAliases(type, issuers);
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return alias(type);
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
      return alias(types);
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
      return alias(type);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {named(alias).certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return named(alias).key;
    }
  }

  /** Never the key: this may end up in logs. */
  @Override
  public String toString() {
    return "MemberTls[" + identity.certificate.getSubjectX500Principal() + "]";
  }
}

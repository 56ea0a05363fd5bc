package dev.ballast.client;

import dev.ballast.core.identity.NodeToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which servers to believe: those whose certificates one authority signed, and nobody else's. */
public final class Trust {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** TLS' alert 116, which the JDK only has in an exception's message. */
  private static final String CERTIFICATE_REQUIRED = "certificate_required";

  /** Every server that was asked belongs to another authority: asking again changes nothing. */
  public static final class OtherAuthorityException extends IOException {
    private static final long serialVersionUID = 1;

    OtherAuthorityException(String message) {
      super(message);
    }
  }

  /** The port asks for a certificate, as that for members does: asking again changes nothing. */
  public static final class AsksCertificateException extends IOException {
    private static final long serialVersionUID = 1;

    AsksCertificateException(URI server, Throwable cause) {
      super(
          server
              + " asks its clients for a certificate, as a member's port for other members does"
              + " (--member-port, 6444 by default): name the port of its API (--port, 6443 by"
              + " default)",
          cause);
    }
  }

  private Trust() {}

  /**
   * @param pem the authority's certificate (one or several blocks)
   * @throws IllegalArgumentException when the text holds no certificate
   */
  public static SSLContext ofPem(String pem) {
    try {
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates(pem)) {
        anchors.setCertificateEntry("ca-" + number++, certificate);
      }
      if (number == 0) {
        throw new IllegalArgumentException("no PEM certificate in the authority's file");
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(anchors);
      return context(factory.getTrustManagers());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("cannot read the authority's certificate", e);
    }
  }

  /**
   * Asks the servers for their authority's certificate, over a link that proves nothing yet, and
   * takes it only if it is the one that the token names. Blocks.
   *
   * @return the authority's certificate in PEM
   * @throws OtherAuthorityException when every server answers with another certificate
   * @throws AsksCertificateException when a server wants a certificate, and all have answered
   * @throws IOException when none answers with the right one, and some do not answer
   */
  public static String fetch(List<URI> servers, NodeToken token) throws IOException {
    IOException last = new IOException("no server given");
    IOException away = null;
    for (URI server : servers) {
      try {
        String pem = fetch(server);
        for (Certificate certificate : certificates(pem)) {
          if (sha256(certificate).equals(token.caSha256())) {
            return pem;
          }
        }
        last =
            new OtherAuthorityException(
                server
                    + " has an authority whose SHA-256 is not "
                    + token.caSha256()
                    + ", which the token names: this is another cluster, or somebody in between");
      } catch (IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (why.contains(CERTIFICATE_REQUIRED)) {
          last = new AsksCertificateException(server, e);
        } else {
          away = new IOException("cannot get the authority of " + server + ": " + why, e);
        }
      } catch (GeneralSecurityException e) {
        last = new IOException(server + "/cacerts is no PEM certificate", e);
      }
    }
    throw away == null ? last : away;
  }

  private static String fetch(URI server) throws IOException, GeneralSecurityException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .sslContext(context(new TrustManager[] {new Anyone()}))
            .connectTimeout(PATIENCE)
            .version(HttpClient.Version.HTTP_1_1)
            .build()) {
      HttpRequest request =
          HttpRequest.newBuilder(server.resolve("/cacerts")).timeout(PATIENCE).build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("GET /cacerts answered " + answer.statusCode());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Iterable<? extends Certificate> certificates(String pem)
      throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String sha256(Certificate certificate) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
  }

  private static SSLContext context(TrustManager[] managers) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers, null);
    return context;
  }

  /** Believes anyone: only for the one request whose answer is checked by its hash. */
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

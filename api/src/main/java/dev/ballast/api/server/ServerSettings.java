package dev.ballast.api.server;

import java.time.Duration;

/**
 * Where to listen, and as whom.
 *
 * @param host address to bind to
 * @param port 0 picks a free one
 * @param certificatePem the server's certificate and what leads from it to the authority; "" serves
 *     without TLS, for tests
 * @param keyPem PKCS#8
 * @param heldBytes what the server may hold for clients that do not read their watches, as much
 *     again for those that do not read their answers, and for bodies that are not whole or at work
 * @param firstRequest how long a new connection may take to send the head of a request
 * @param betweenRequests how long a connection on which no request is under way stays open
 */
public record ServerSettings(
    String host,
    int port,
    String certificatePem,
    String keyPem,
    long heldBytes,
    Duration firstRequest,
    Duration betweenRequests) {

  /** Of the heap, for each of the three. */
  private static final int SHARE = 8;

  public ServerSettings(String host, int port, String certificatePem, String keyPem) {
    this(host, port, certificatePem, keyPem, Runtime.getRuntime().maxMemory() / SHARE);
  }

  public ServerSettings(
      String host, int port, String certificatePem, String keyPem, long heldBytes) {
    this(host, port, certificatePem, keyPem, heldBytes, Patience.FIRST, Patience.BETWEEN);
  }

  public boolean secure() {
    return !certificatePem.isEmpty();
  }

  /** Never the key: records end up in logs. */
  @Override
  public String toString() {
    return "ServerSettings[" + host + ":" + port + (secure() ? ", TLS]" : "]");
  }
}

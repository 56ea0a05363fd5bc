package dev.ballast.api.server;

import dev.ballast.core.node.LeaseRenewals;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** How the socket is opened. The limits are chosen for clients that hold hundreds of watches. */
final class Listening {

  private static final int HEAD_BYTES = 64 * 1024;
  private static final int FRAME_BYTES = 8 * 1024 * 1024;
  private static final int CONNECTION_WINDOW_BYTES = 1024 * 1024;
  private static final int STREAMS = 1000;

  /** Of exec and attach, best first, of watches, and of nodes' tunnels. */
  private static final List<String> SUBPROTOCOLS =
      List.of(
          "v5.channel.k8s.io",
          "v4.channel.k8s.io",
          "channel.k8s.io",
          "v4.base64.channel.k8s.io",
          "base64.channel.k8s.io",
          "base64.binary.k8s.io",
          "binary.k8s.io",
          LeaseRenewals.PROTOCOL);

  /** Ending a watch over HTTP/2 resets its stream, so resets are everyday here. */
  private static final int RESETS_PER_MINUTE = 100_000;

  private Listening() {}

  static HttpServerOptions options(ServerSettings settings) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.host())
            .setPort(settings.port())
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setMaxHeaderSize(HEAD_BYTES)
            .setMaxInitialLineLength(HEAD_BYTES)
            .setMaxWebSocketFrameSize(FRAME_BYTES)
            .setMaxWebSocketMessageSize(FRAME_BYTES)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setWebSocketSubProtocols(SUBPROTOCOLS)
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
            .setHttp2RstFloodMaxRstFramePerWindow(RESETS_PER_MINUTE)
            .setHttp2RstFloodWindowDuration(1)
            .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.MINUTES)
            .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS));
    if (settings.secure()) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
          .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
          .setSslHandshakeTimeout(settings.firstRequest().toMillis())
          .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
          .setKeyCertOptions(pair(settings.certificatePem(), settings.keyPem()));
    }
    return options;
  }

  static ServerSSLOptions certificate(String certificatePem, String keyPem) {
    ServerSSLOptions options = new ServerSSLOptions();
    options
        .setKeyCertOptions(pair(certificatePem, keyPem))
        .setUseAlpn(true)
        .setApplicationLayerProtocols(List.of("h2", "http/1.1"))
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
    return options;
  }

  private static PemKeyCertOptions pair(String certificatePem, String keyPem) {
    return new PemKeyCertOptions()
        .setCertValue(Buffer.buffer(certificatePem))
        .setKeyValue(Buffer.buffer(keyPem));
  }
}

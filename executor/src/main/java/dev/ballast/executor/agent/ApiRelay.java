package dev.ballast.executor.agent;

import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets pods reach the API when the server listens on loopback only, or in another network: bytes
 * that arrive at an address of the pods' network go on to the server as they are (TLS stays
 * end-to-end). The port is kept across restarts, because running pods know it.
 */
final class ApiRelay implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ApiRelay.class);

  private final ServerSocket server;
  private final URI api;
  private final Timers timers;

  private ApiRelay(ServerSocket server, URI api, Timers timers) {
    this.server = server;
    this.api = api;
    this.timers = timers;
  }

  /**
   * @param portFile remembers the port
   */
  static ApiRelay open(String address, URI api, Path portFile, Timers timers) throws IOException {
    int before = Files.exists(portFile) ? Integer.parseInt(Files.readString(portFile).strip()) : 0;
    ServerSocket server = bind(InetAddress.getByName(address), before);
    Files.createDirectories(portFile.toAbsolutePath().getParent());
    Files.writeString(portFile, Integer.toString(server.getLocalPort()));
    ApiRelay relay = new ApiRelay(server, api, timers);
    timers.execute(relay::accept);
    return relay;
  }

  private static ServerSocket bind(InetAddress address, int port) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    try {
      server.bind(new InetSocketAddress(address, port), 128);
      return server;
    } catch (IOException e) {
      server.close();
      if (port == 0) {
        throw e;
      }
      LOG.warn("port {} of the API relay is taken, pods that run know the old one", port);
      return bind(address, 0);
    }
  }

  /** {@code host:port} as pods use it. */
  String address() {
    return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket pod = server.accept();
        timers.execute(() -> serve(pod));
      } catch (IOException e) {
        if (!server.isClosed()) {
          LOG.warn("API relay: {}", e.getMessage());
        }
      }
    }
  }

  private void serve(Socket pod) {
    try (pod;
        Socket upstream = new Socket()) {
      upstream.connect(new InetSocketAddress(api.getHost(), api.getPort()), 5_000);
      timers.execute(() -> copy(upstream, pod));
      copy(pod, upstream);
    } catch (IOException e) {
      LOG.debug("API relay: {}", e.getMessage());
    }
  }

  /** Passes on the end of one direction; when both have ended the links close. */
  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      LOG.trace("relayed link ended", e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("closing the API relay", e);
    }
  }
}

package dev.ballast.executor.docker;

import dev.ballast.core.container.PodConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** A TCP link to a pod: its network is reachable from this machine. */
record SocketConnection(Socket link, InputStream input, OutputStream output)
    implements PodConnection {

  static SocketConnection open(String address, int port, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(address, port),
          Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE));
      socket.setTcpNoDelay(true);
      return new SocketConnection(socket, socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public Optional<Socket> socket() {
    return Optional.of(link);
  }

  @Override
  public void close() {
    try {
      link.close();
    } catch (IOException e) {
      LoggerFactory.getLogger(SocketConnection.class).debug("closing a link to a pod", e);
    }
  }
}

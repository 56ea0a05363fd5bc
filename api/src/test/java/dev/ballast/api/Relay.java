package dev.ballast.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A link that can be cut: passes bytes between clients and a port of this machine. */
final class Relay implements AutoCloseable {

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean down;

  Relay(int target) throws IOException {
    this.target = target;
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Breaks what is open; new connections break at once until {@link #mend}. */
  void cut() {
    down = true;
    sockets.forEach(Relay::shut);
    sockets.clear();
  }

  void mend() {
    down = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        if (down) {
          shut(client);
        } else {
          Socket onward = new Socket(InetAddress.getLoopbackAddress(), target);
          sockets.add(client);
          sockets.add(onward);
          Thread.startVirtualThread(() -> pass(client, onward));
          Thread.startVirtualThread(() -> pass(onward, client));
        }
      }
    } catch (IOException closed) {
      sockets.forEach(Relay::shut);
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException cut) {
      // Both ends are shut below.
    }
    shut(from);
    shut(to);
  }

  private static void shut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}

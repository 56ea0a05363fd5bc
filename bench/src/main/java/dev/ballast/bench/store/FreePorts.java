package dev.ballast.bench.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports below those that the system gives to outgoing connections, free a moment ago. */
final class FreePorts {

  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;

  private FreePorts() {}

  static int[] take(int count) throws IOException {
    int[] ports = new int[count];
    for (int taken = 0; taken < count; ) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports[taken++] = socket.getLocalPort();
      } catch (IOException inUse) {
        continue;
      }
    }
    return ports;
  }
}

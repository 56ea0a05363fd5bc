package dev.ballast.stategrid.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The members' cables: every link between two of them goes through here, where it can be made slow
 * (this kernel cannot delay packets). Each member calls the others at addresses of this proxy and
 * is called from others of its own, so that a member's firewall still tells them apart.
 */
final class Cables implements AutoCloseable {

  private static final int CHUNK = 16 << 10;
  private static final int CHUNKS = 256;

  private record Piece(long dueNanos, byte[] bytes) {}

  private final String net;
  private final int members;
  private final List<ServerSocket> doors = new ArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int slowMember = -1;
  private volatile long delayMillis;

  Cables(String net, int members) {
    this.net = net;
    this.members = members;
    for (int i = 0; i < members; i++) {
      for (String address : List.of(called(net, i), calling(net, i))) {
        Shell.run("ip", "addr", "add", address + "/32", "dev", net);
      }
    }
    for (int i = 0; i < members; i++) {
      int target = i;
      try {
        ServerSocket door =
            new ServerSocket(Machine.MEMBERS_PORT, 100, InetAddress.getByName(called(net, i)));
        doors.add(door);
        Thread.ofPlatform().daemon().start(() -> serve(door, target));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Where the others call a member. */
  static String called(String net, int member) {
    return FaultNet.address(net, 100 + member);
  }

  /** From where a member's calls reach the others. */
  static String calling(String net, int member) {
    return FaultNet.address(net, 200 + member);
  }

  /** Everything to and from a member takes so much longer, each way; -1 for nobody. */
  void slow(int member, long millis) {
    delayMillis = millis;
    slowMember = member;
  }

  private void serve(ServerSocket door, int target) {
    while (!door.isClosed()) {
      try {
        Socket in = door.accept();
        Thread.ofPlatform().daemon().start(() -> connect(in, target));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket in, int target) {
    int from = member(in.getInetAddress().getHostAddress());
    Socket out = new Socket();
    open.add(in);
    open.add(out);
    try {
      out.bind(new InetSocketAddress(calling(net, Math.max(0, from)), 0));
      out.connect(
          new InetSocketAddress(FaultNet.address(net, 10 + target), Machine.MEMBERS_PORT), 30_000);
      in.setTcpNoDelay(true);
      out.setTcpNoDelay(true);
      Semaphore ended = new Semaphore(0);
      pump(in, out, from, target, ended);
      pump(out, in, from, target, ended);
      ended.acquire();
    } catch (IOException | InterruptedException lost) {
      // Both ends hear of it.
    } finally {
      close(in);
      close(out);
    }
  }

  private int member(String address) {
    for (int i = 0; i < members; i++) {
      if (address.equals(FaultNet.address(net, 10 + i))) {
        return i;
      }
    }
    return -1;
  }

  private void pump(Socket from, Socket to, int one, int other, Semaphore ended) {
    BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(CHUNKS);
    Thread.ofPlatform().daemon().start(() -> read(from, pieces, one, other, ended));
    Thread.ofPlatform().daemon().start(() -> write(to, pieces, ended));
  }

  private void read(Socket from, BlockingQueue<Piece> pieces, int one, int other, Semaphore ended) {
    byte[] buffer = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        long delay = slowMember == one || slowMember == other ? delayMillis : 0;
        pieces.put(new Piece(System.nanoTime() + delay * 1_000_000, Arrays.copyOf(buffer, count)));
      }
    } catch (IOException | InterruptedException lost) {
      // Ends below.
    } finally {
      ended.release();
    }
  }

  private static void write(Socket to, BlockingQueue<Piece> pieces, Semaphore ended) {
    try {
      OutputStream out = to.getOutputStream();
      while (true) {
        Piece piece = pieces.take();
        long left = piece.dueNanos - System.nanoTime();
        if (left > 0) {
          TimeUnit.NANOSECONDS.sleep(left);
        }
        out.write(piece.bytes);
      }
    } catch (IOException | InterruptedException lost) {
      ended.release();
    }
  }

  private void close(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (ServerSocket door : doors) {
      try {
        door.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    List.copyOf(open).forEach(this::close);
  }
}

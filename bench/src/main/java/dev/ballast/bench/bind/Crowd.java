package dev.ballast.bench.bind;

import dev.ballast.app.Connection;
import dev.ballast.bench.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** So many requests over so many connections, each connection one after the other. */
final class Crowd {

  private Crowd() {}

  /** One request, or a few, of that number. */
  interface Request {
    void send(Wire wire, int number) throws IOException;
  }

  /**
   * @throws IllegalStateException when any of them fails
   */
  static void run(Connection connection, int connections, int requests, Request request)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Exception> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("client " + i)
              .start(
                  () -> {
                    try (Wire wire = new Wire(connection)) {
                      for (int number = next.getAndIncrement();
                          number < requests && failure.get() == null;
                          number = next.getAndIncrement()) {
                        request.send(wire, number);
                      }
                    } catch (IOException | RuntimeException e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("a request failed", failure.get());
    }
  }

  static void expect(int status, Wire.Reply reply) throws IOException {
    if (reply.status() != status) {
      throw new IOException(reply.status() + " instead of " + status + ": " + reply.text());
    }
  }
}

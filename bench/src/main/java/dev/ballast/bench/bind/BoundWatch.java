package dev.ballast.bench.bind;

import dev.ballast.client.ApiClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Watches the pods that have a node, and notes when each was first seen: a watch shows nothing that
 * is not durable. Reads names without parsing documents, since it shares the processors with the
 * server.
 */
final class BoundWatch implements AutoCloseable {

  private static final byte[] NAME = "\"name\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final String PATH =
      "/api/v1/namespaces/default/pods?watch=true&fieldSelector=spec.nodeName%21%3D";

  private final InputStream body;
  private final Map<String, Long> seen = new HashMap<>();
  private long last;

  BoundWatch(ApiClient api) {
    body = new BufferedInputStream(api.open(PATH).body(), 1 << 16);
    Thread.ofPlatform().daemon().name("bound pods").start(this::read);
  }

  private void read() {
    byte[] buffer = new byte[1 << 16];
    StringBuilder name = new StringBuilder();
    int matched = 0;
    boolean done = false;
    try {
      for (int size = body.read(buffer); size >= 0; size = body.read(buffer)) {
        for (int i = 0; i < size; i++) {
          byte c = buffer[i];
          if (c == '\n') {
            done = false;
            matched = 0;
          } else if (!done && matched == NAME.length) {
            if (c == '"') {
              note(name.toString());
              name.setLength(0);
              done = true;
            } else {
              name.append((char) c);
            }
          } else if (!done) {
            matched = c == NAME[matched] ? matched + 1 : c == NAME[0] ? 1 : 0;
          }
        }
      }
    } catch (IOException closed) {
      // the bench is over
    }
  }

  private synchronized void note(String name) {
    long now = System.nanoTime();
    if (seen.putIfAbsent(name, now) == null) {
      last = now;
      notifyAll();
    }
  }

  /** The System.nanoTime at which the pod was seen bound, or -1 after so long. */
  synchronized long await(String name, long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!seen.containsKey(name) && System.nanoTime() < end) {
      wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    return seen.getOrDefault(name, -1L);
  }

  /** Waits until so many have been seen, or none more for so long. */
  synchronized int awaitCount(int count, long quietMillis) throws InterruptedException {
    int before = -1;
    while (seen.size() < count && seen.size() > before) {
      before = seen.size();
      long end = System.nanoTime() + quietMillis * 1_000_000;
      while (seen.size() < count && System.nanoTime() < end) {
        wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      }
    }
    return seen.size();
  }

  synchronized int count() {
    return seen.size();
  }

  /** When the newest was seen. */
  synchronized long last() {
    return last;
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}

package dev.ballast.app.real;

import dev.ballast.app.Connection;
import dev.ballast.client.Answer;
import dev.ballast.core.resource.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One writer for each kubeconfig: creates ConfigMaps and notes which were acknowledged. */
final class NumberedWrites implements AutoCloseable {

  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final List<Thread> writers = new ArrayList<>();
  private final AtomicLong last = new AtomicLong(System.nanoTime());
  private final AtomicLong longest = new AtomicLong();
  private volatile boolean stopped;

  NumberedWrites(List<Path> kubeconfigs) {
    for (int i = 0; i < kubeconfigs.size(); i++) {
      int writer = i;
      Path kubeconfig = kubeconfigs.get(i);
      writers.add(Thread.ofPlatform().daemon().start(() -> write(writer, kubeconfig)));
    }
  }

  private void write(int writer, Path kubeconfig) {
    try (Connection connection = Connection.of(kubeconfig)) {
      for (int number = 0; !stopped; number++) {
        String name = "w" + writer + "-" + number;
        var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", name);
        if (connection.client().post(CONFIG_MAPS, Json.bytes(object)) instanceof Answer.Done) {
          acknowledged.add(name);
          long now = System.nanoTime();
          longest.accumulateAndGet(now - last.getAndSet(now), Math::max);
        }
        Thread.sleep(20);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  int acknowledged() {
    return acknowledged.size();
  }

  /** How long no writer got anything through, in the worst case. */
  long longestPauseMillis() {
    return longest.get() / 1_000_000;
  }

  /** The names of all that was acknowledged. */
  Set<String> stop() {
    close();
    return Set.copyOf(acknowledged);
  }

  @Override
  public void close() {
    stopped = true;
    try {
      for (Thread writer : writers) {
        writer.join(30_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

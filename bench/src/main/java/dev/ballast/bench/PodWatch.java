package dev.ballast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.client.ApiClient;
import dev.ballast.core.resource.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Watches the pods of the default namespace, and notes when each was first seen Running. */
final class PodWatch implements AutoCloseable {

  private static final long PATIENCE_MILLIS = 120_000;

  private final InputStream body;
  private final Map<String, Long> running = new HashMap<>();
  private final Map<String, String> present = new HashMap<>();

  PodWatch(ApiClient api) {
    body = api.open("/api/v1/namespaces/default/pods?watch=true&resourceVersion=0").body();
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        note(Json.MAPPER.readTree(line), System.nanoTime());
      }
    } catch (IOException closed) {
      // the bench is over
    }
  }

  private synchronized void note(JsonNode event, long now) {
    JsonNode pod = event.path("object");
    String name = pod.path("metadata").path("name").asText();
    if (event.path("type").asText().equals("DELETED")) {
      present.remove(name);
      running.remove(name);
    } else {
      present.put(name, pod.path("status").path("phase").asText());
      if (pod.path("status").path("phase").asText().equals("Running")) {
        running.putIfAbsent(name, now);
      }
    }
    notifyAll();
  }

  /** The System.nanoTime at which the pod was seen Running. */
  synchronized long awaitRunning(String name) throws InterruptedException {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!running.containsKey(name)) {
      wait(1000);
      if (System.currentTimeMillis() > end) {
        throw new IllegalStateException(
            "pod " + name + " is not Running but " + present.get(name) + " after 120 s");
      }
    }
    return running.get(name);
  }

  synchronized void awaitNone() throws InterruptedException {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!present.isEmpty()) {
      wait(1000);
      if (System.currentTimeMillis() > end) {
        throw new IllegalStateException("pods are left after 120 s: " + present);
      }
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}

package dev.ballast.app.real;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.app.Connection;
import dev.ballast.core.resource.Json;
import dev.ballast.core.store.StoreUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Watches the ConfigMaps that {@link NumberedWrites} makes, from one member and then from another,
 * always from where it was.
 */
final class WatchedNames implements AutoCloseable {

  private static final String WATCH =
      "/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=5&resourceVersion=";

  private final List<Path> kubeconfigs;
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private final Thread reader;
  private volatile boolean stopped;
  private long reached = 1;

  WatchedNames(List<Path> kubeconfigs) {
    this.kubeconfigs = kubeconfigs;
    this.reader = Thread.ofPlatform().daemon().start(this::read);
  }

  private void read() {
    for (int turn = 0; !stopped; turn++) {
      try (Connection connection = Connection.of(kubeconfigs.get(turn % kubeconfigs.size()))) {
        var answer = connection.client().open(WATCH + reached);
        try (BufferedReader lines =
            new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            take(Json.MAPPER.readTree(line));
          }
        }
      } catch (IOException | StoreUnavailableException lost) {
        continue; // Another member is asked.
      }
    }
  }

  private void take(JsonNode event) {
    JsonNode metadata = event.path("object").path("metadata");
    switch (event.path("type").asText()) {
      case "ADDED" -> {
        long revision = metadata.path("resourceVersion").asLong();
        if (revision <= reached) {
          wrong.add("revision " + revision + " came after " + reached);
        }
        reached = revision;
        if (!names.add(metadata.path("name").asText())) {
          wrong.add(metadata.path("name").asText() + " came twice");
        }
      }
      case "MODIFIED", "BOOKMARK" -> reached = metadata.path("resourceVersion").asLong();
      default -> wrong.add("unexpected: " + event);
    }
  }

  Set<String> names() {
    return names;
  }

  List<String> wrong() {
    return wrong;
  }

  @Override
  public void close() {
    stopped = true;
    try {
      reader.join(30_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.ballast.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The events of one watch over HTTP, read on a thread of its own so that a test can time out. */
final class EventReader implements AutoCloseable {

  private final HttpResponse<InputStream> response;
  private final BlockingQueue<Optional<JsonNode>> events = new LinkedBlockingQueue<>();

  EventReader(HttpResponse<InputStream> response) {
    this.response = response;
    Thread.startVirtualThread(this::read);
  }

  int code() {
    return response.statusCode();
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        events.add(Optional.of(Json.MAPPER.readTree(line)));
      }
    } catch (IOException closed) {
      // the end, which is told below
    }
    events.add(Optional.empty());
  }

  /** The next event. */
  JsonNode next() {
    return take().orElseThrow(() -> new AssertionError("the watch ended"));
  }

  boolean ended() {
    return take().isEmpty();
  }

  private Optional<JsonNode> take() {
    try {
      Optional<JsonNode> event = events.poll(15, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no event came");
      }
      return event;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code TYPE name} of the next events. */
  List<String> next(int count) {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JsonNode event = next();
      told.add(event.path("type").asText() + " " + event.at("/object/metadata/name").asText());
    }
    return told;
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

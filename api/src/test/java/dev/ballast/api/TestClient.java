package dev.ballast.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Speaks HTTP to a test cluster as the administrator. */
final class TestClient implements AutoCloseable {

  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  TestClient(TestCluster cluster) {
    base = cluster.server.url();
  }

  record Answer(int code, String contentType, byte[] body, HttpResponse<?> response) {
    JsonNode json() {
      try {
        return Json.MAPPER.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(text(), e);
      }
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    List<String> warnings() {
      return response.headers().allValues("Warning");
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path.replace(" ", "%20")))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + TestCluster.TOKEN);
  }

  Answer get(String path, String... headers) {
    return send(path, "GET", null, headers);
  }

  Answer post(String path, String json) {
    return send(path, "POST", json, "Content-Type", "application/json");
  }

  Answer put(String path, String json) {
    return send(path, "PUT", json, "Content-Type", "application/json");
  }

  Answer patch(String path, String type, String json) {
    return send(path, "PATCH", json, "Content-Type", "application/" + type + "+json");
  }

  Answer delete(String path) {
    return send(path, "DELETE", null);
  }

  Answer send(String path, String method, String body, String... headers) {
    byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
    return sendBytes(path, method, bytes, headers);
  }

  Answer sendBytes(String path, String method, byte[] body, String... headers) {
    HttpRequest.Builder request =
        request(path)
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.body(),
          response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Opens a watch; the caller reads lines. */
  EventReader watch(String path, String... headers) {
    HttpRequest.Builder request = request(path).GET();
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
      return new EventReader(response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static String configMap(String name, String... labels) {
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    for (int i = 0; i < labels.length; i += 2) {
      metadata.withObjectProperty("labels").put(labels[i], labels[i + 1]);
    }
    return object.toString();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}

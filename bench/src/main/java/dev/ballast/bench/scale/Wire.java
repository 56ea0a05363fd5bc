package dev.ballast.bench.scale;

import dev.ballast.client.Trust;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** The API as a plain client sees it: bytes and times, nothing decoded that need not be. */
final class Wire implements AutoCloseable {

  static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

  private final HttpClient http;
  private final String server;
  private final String token;

  Wire(String server, Path data) throws IOException {
    this.server = server;
    this.token = Files.readString(data.resolve("tokens")).split(",")[0].strip();
    this.http =
        HttpClient.newBuilder()
            .sslContext(Trust.ofPem(Files.readString(data.resolve("ca.crt"))))
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .executor(Thread::startVirtualThread)
            .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server + path))
        .header("Authorization", "Bearer " + token);
  }

  byte[] get(String path, String accept) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        http.send(request(path).header("Accept", accept).build(), BodyHandlers.ofByteArray());
    return body(path, response);
  }

  byte[] send(String method, String path, String type, byte[] content)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        http.send(
            request(path)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofByteArray(content))
                .build(),
            BodyHandlers.ofByteArray());
    return body(path, response);
  }

  private static byte[] body(String path, HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          path
              + " answered "
              + response.statusCode()
              + ": "
              + new String(response.body(), StandardCharsets.UTF_8));
    }
    return response.body();
  }

  /** Reads lines until the stream ends, on the caller's thread. */
  void lines(String path, Runnable opened, Consumer<String> line)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        http.send(request(path).build(), BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IOException(path + " answered " + response.statusCode());
    }
    opened.run();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8), 4096)) {
      for (String one = reader.readLine(); one != null; one = reader.readLine()) {
        line.accept(one);
      }
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}

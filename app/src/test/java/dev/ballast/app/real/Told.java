package dev.ballast.app.real;

import dev.ballast.app.Connection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** What one member answered to one request, headers and all; no other member is asked instead. */
record Told(int code, Optional<String> retryAfter, String body) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * As administrator.
   *
   * @param json empty for none
   * @throws IOException when the member did not answer
   */
  static Told by(ServerProcess member, String method, String path, byte[] json)
      throws IOException, InterruptedException {
    return by(member, Optional.empty(), method, path, json);
  }

  /**
   * @param token whose the request is; the administrator's if empty
   */
  static Told by(
      ServerProcess member, Optional<String> token, String method, String path, byte[] json)
      throws IOException, InterruptedException {
    try (Connection connection = Connection.of(member.kubeconfig());
        HttpClient http = HttpClient.newBuilder().sslContext(connection.tls()).build()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(member.url() + path))
                  .timeout(PATIENCE)
                  .header("Authorization", "Bearer " + token.orElse(connection.token()))
                  .header("Content-Type", "application/json")
                  .method(method, BodyPublishers.ofByteArray(json))
                  .build(),
              BodyHandlers.ofString());
      return new Told(
          answer.statusCode(), answer.headers().firstValue("Retry-After"), answer.body());
    }
  }
}

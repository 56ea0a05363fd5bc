package dev.ballast.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.executor.volume.Tokens;
import java.time.Instant;

/** Gets ServiceAccount tokens for an agent's pods from the API. Blocks; thread-safe. */
record TokenRequester(ApiClient api) implements Tokens {

  @Override
  public Result request(Request request) {
    String path =
        "/api/v1/namespaces/%s/serviceaccounts/%s/token"
            .formatted(request.namespace(), request.serviceAccount());
    return switch (api.post(path, Json.bytes(body(request)))) {
      case Answer.Done done -> issued(done.json().path("status"));
      case Answer.Refused refused -> new Result.Failed(refused.failure());
      case Answer.Unreachable unreachable ->
          new Result.Failed(new Failure(503, "ServiceUnavailable", unreachable.reason()));
    };
  }

  private static ObjectNode body(Request request) {
    ObjectNode body =
        Json.object().put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
    ObjectNode spec = body.putObject("spec").put("expirationSeconds", request.expirationSeconds());
    if (!request.audience().isEmpty()) {
      spec.putArray("audiences").add(request.audience());
    }
    spec.putObject("boundObjectRef")
        .put("apiVersion", "v1")
        .put("kind", "Pod")
        .put("name", request.podName())
        .put("uid", request.podUid());
    return body;
  }

  private static Result issued(JsonNode status) {
    return new Result.Issued(
        status.path("token").asText(), Instant.parse(status.path("expirationTimestamp").asText()));
  }
}

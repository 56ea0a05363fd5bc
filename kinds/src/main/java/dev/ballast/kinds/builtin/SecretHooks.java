package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Secrets. Stateless. */
final class SecretHooks extends ConfigHooks {

  /** {@code stringData} is only a way to write {@code data}; it wins and is never stored. */
  @Override
  public void applyDefaults(ObjectNode document) {
    JsonNode text = document.remove("stringData");
    if (text == null || text.isEmpty()) {
      return;
    }
    ObjectNode data = document.withObjectProperty("data");
    text.properties()
        .forEach(
            entry ->
                data.put(
                    entry.getKey(),
                    Base64.getEncoder()
                        .encodeToString(
                            entry.getValue().asText().getBytes(StandardCharsets.UTF_8))));
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    tooLarge(keys(document, "data", true, causes), causes);
    JsonNode data = document.path("data");
    switch (document.path("type").asText("")) {
      case "kubernetes.io/service-account-token" -> {
        String account = "kubernetes.io/service-account.name";
        if (document.path("metadata").path("annotations").path(account).asText("").isEmpty()) {
          causes.add(FieldErrors.required("metadata.annotations[" + account + "]"));
        }
      }
      case "kubernetes.io/dockercfg" -> json(data, ".dockercfg", causes);
      case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson", causes);
      case "kubernetes.io/basic-auth" -> {
        if (!data.has("username") && !data.has("password")) {
          causes.add(FieldErrors.required("data[username]"));
          causes.add(FieldErrors.required("data[password]"));
        }
      }
      case "kubernetes.io/ssh-auth" -> required(data, "ssh-privatekey", causes);
      case "kubernetes.io/tls" -> {
        present(data, "tls.crt", causes);
        present(data, "tls.key", causes);
      }
      default -> {}
    }
  }

  private static void present(JsonNode data, String key, List<Cause> causes) {
    if (!data.has(key)) {
      causes.add(FieldErrors.required("data[" + key + "]"));
    }
  }

  private static void required(JsonNode data, String key, List<Cause> causes) {
    if (data.path(key).asText("").isEmpty()) {
      causes.add(FieldErrors.required("data[" + key + "]"));
    }
  }

  private static void json(JsonNode data, String key, List<Cause> causes) {
    if (!data.has(key)) {
      causes.add(FieldErrors.required("data[" + key + "]"));
      return;
    }
    try {
      byte[] text = Base64.getMimeDecoder().decode(data.path(key).asText());
      Json.MAPPER.readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException notJson) {
      causes.add(
          FieldErrors.invalid(
              "data[" + key + "]", "<secret contents redacted>", notJson.getOriginalMessage()));
    }
  }

  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    Check.immutable(document.path("type"), previous.path("type"), "type", causes);
    super.validateChange(document, previous, causes);
  }
}

package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.RegistryLogin;
import dev.ballast.core.resource.Json;
import dev.ballast.executor.assemble.Objects;
import dev.ballast.executor.manifest.PodManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the credentials for an image in a pod's imagePullSecrets (dockerconfigjson, dockercfg). */
final class PullSecrets {

  private static final Logger LOG = LoggerFactory.getLogger(PullSecrets.class);
  private static final String DEFAULT_REGISTRY = "docker.io";

  private final Objects objects;

  PullSecrets(Objects objects) {
    this.objects = objects;
  }

  Optional<RegistryLogin> login(PodManifest pod, String image) {
    String registry = registry(image);
    for (PodManifest.Named secret : pod.spec().imagePullSecrets()) {
      Optional<ObjectNode> found = objects.secret(pod.metadata().namespace(), secret.name());
      Optional<RegistryLogin> login = found.flatMap(s -> in(config(s.path("data")), registry));
      if (login.isPresent()) {
        return login;
      }
    }
    return Optional.empty();
  }

  /** The part before the first slash if it names a host, as Docker reads references. */
  static String registry(String image) {
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
    return host ? first : DEFAULT_REGISTRY;
  }

  private static JsonNode config(JsonNode data) {
    String text = data.path(".dockerconfigjson").asText(data.path(".dockercfg").asText(""));
    try {
      JsonNode config = Json.MAPPER.readTree(Base64.getDecoder().decode(text));
      return config.has("auths") ? config.path("auths") : config;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("an image pull secret holds no registry credentials: {}", e.getMessage());
      return Json.object();
    }
  }

  private static Optional<RegistryLogin> in(JsonNode auths, String registry) {
    for (Map.Entry<String, JsonNode> entry : auths.properties()) {
      String host = entry.getKey().replaceFirst("^https?://", "").replaceFirst("/.*$", "");
      boolean hub = registry.equals(DEFAULT_REGISTRY) && host.equals("index.docker.io");
      if (host.equals(registry) || hub) {
        return Optional.of(login(registry, entry.getValue()));
      }
    }
    return Optional.empty();
  }

  private static RegistryLogin login(String registry, JsonNode auth) {
    String username = auth.path("username").asText("");
    String password = auth.path("password").asText("");
    String both = auth.path("auth").asText("");
    if (username.isEmpty() && !both.isEmpty()) {
      String text = new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      username = text.substring(0, Math.max(colon, 0));
      password = text.substring(colon + 1);
    }
    return new RegistryLogin(registry, username, password);
  }
}

package dev.ballast.executor.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.assemble.FieldValues;
import dev.ballast.executor.assemble.Objects;
import dev.ballast.executor.assemble.PodFacts;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.manifest.VolumeManifest;
import dev.ballast.executor.manifest.VolumeManifest.ConfigMapSource;
import dev.ballast.executor.manifest.VolumeManifest.DownwardItem;
import dev.ballast.executor.manifest.VolumeManifest.DownwardSource;
import dev.ballast.executor.manifest.VolumeManifest.Item;
import dev.ballast.executor.manifest.VolumeManifest.SecretSource;
import dev.ballast.executor.manifest.VolumeManifest.Source;
import dev.ballast.executor.manifest.VolumeManifest.TokenSource;
import dev.ballast.executor.volume.AtomicDirectory.Content;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of configMap, secret, downwardAPI and projected volumes. One use each. */
final class Payload {

  /** Where the tokens of projected volumes come from. */
  interface TokenSupply {
    String token(Tokens.Request request) throws AssemblyException;
  }

  private static final int READABLE = 0644;

  private final PodManifest pod;
  private final PodFacts facts;
  private final Objects objects;
  private final TokenSupply tokens;
  private final Map<String, Content> files = new TreeMap<>();

  private Payload(PodManifest pod, PodFacts facts, Objects objects, TokenSupply tokens) {
    this.pod = pod;
    this.facts = facts;
    this.objects = objects;
    this.tokens = tokens;
  }

  static boolean isOne(VolumeManifest volume) {
    return volume.configMap() != null
        || volume.secret() != null
        || volume.downwardAPI() != null
        || volume.projected() != null;
  }

  /**
   * @throws AssemblyException FailedMount, worded as the kubelet does
   */
  static Map<String, Content> of(
      VolumeManifest volume, PodManifest pod, PodFacts facts, Objects objects, TokenSupply tokens)
      throws AssemblyException {
    try {
      return new Payload(pod, facts, objects, tokens).of(volume);
    } catch (AssemblyException e) {
      throw unmountable(volume, e.reason(), e.getMessage());
    }
  }

  /** In the kubelet's words. */
  static AssemblyException unmountable(VolumeManifest volume, String reason, String why) {
    return new AssemblyException(
        reason, "MountVolume.SetUp failed for volume \"" + volume.name() + "\" : " + why);
  }

  private Map<String, Content> of(VolumeManifest volume) throws AssemblyException {
    if (volume.configMap() != null) {
      add(volume.configMap(), mode(volume.configMap().defaultMode(), READABLE));
    } else if (volume.secret() != null) {
      add(volume.secret(), mode(volume.secret().defaultMode(), READABLE));
    } else if (volume.downwardAPI() != null) {
      add(volume.downwardAPI(), mode(volume.downwardAPI().defaultMode(), READABLE));
    } else {
      int mode = mode(volume.projected().defaultMode(), READABLE);
      for (Source source : volume.projected().sources()) {
        add(source, mode);
      }
    }
    return files;
  }

  private static int mode(Integer own, int otherwise) {
    return own == null ? otherwise : own;
  }

  private void add(Source source, int mode) throws AssemblyException {
    if (source.configMap() != null) {
      add(source.configMap(), mode);
    } else if (source.secret() != null) {
      add(source.secret(), mode);
    } else if (source.downwardAPI() != null) {
      add(source.downwardAPI(), mode);
    } else if (source.serviceAccountToken() != null) {
      add(source.serviceAccountToken(), mode);
    }
  }

  private void add(ConfigMapSource source, int mode) throws AssemblyException {
    Optional<ObjectNode> found = objects.configMap(pod.metadata().namespace(), source.name());
    Map<String, byte[]> data = new TreeMap<>();
    found.ifPresent(
        o -> {
          o.path("data").properties().forEach(e -> data.put(e.getKey(), utf8(e.getValue())));
          o.path("binaryData")
              .properties()
              .forEach(e -> data.put(e.getKey(), decode(e.getValue())));
        });
    add("configmap", source.name(), found, source.optional(), data, source.items(), mode);
  }

  private void add(SecretSource source, int mode) throws AssemblyException {
    Optional<ObjectNode> found = objects.secret(pod.metadata().namespace(), source.secretName());
    Map<String, byte[]> data = new TreeMap<>();
    found.ifPresent(
        o -> o.path("data").properties().forEach(e -> data.put(e.getKey(), decode(e.getValue()))));
    add("secret", source.secretName(), found, source.optional(), data, source.items(), mode);
  }

  private void add(
      String kind,
      String name,
      Optional<ObjectNode> found,
      boolean optional,
      Map<String, byte[]> data,
      List<Item> items,
      int mode)
      throws AssemblyException {
    if (found.isEmpty() && !optional) {
      throw failed(kind + " \"" + name + "\" not found");
    }
    if (items.isEmpty()) {
      data.forEach((key, bytes) -> files.put(key, new Content(bytes, mode)));
      return;
    }
    for (Item item : items) {
      byte[] bytes = data.get(item.key());
      if (bytes != null) {
        files.put(safe(item.path()), new Content(bytes, mode(item.mode(), mode)));
      } else if (!optional) {
        throw failed(kind + " \"" + name + "\" references non-existent key: " + item.key());
      }
    }
  }

  private void add(DownwardSource source, int mode) throws AssemblyException {
    for (DownwardItem item : source.items()) {
      try {
        String text =
            item.fieldRef() != null
                ? FieldValues.field(item.fieldRef().fieldPath(), pod, facts)
                : FieldValues.resource(item.resourceFieldRef(), null, pod, facts);
        files.put(
            safe(item.path()),
            new Content(text.getBytes(StandardCharsets.UTF_8), mode(item.mode(), mode)));
      } catch (IllegalArgumentException e) {
        throw failed(e.getMessage());
      }
    }
  }

  private void add(TokenSource source, int mode) throws AssemblyException {
    String account = pod.spec().serviceAccountName();
    String token =
        tokens.token(
            new Tokens.Request(
                pod.metadata().namespace(),
                account.isEmpty() ? "default" : account,
                source.audience(),
                source.expirationSeconds(),
                pod.metadata().name(),
                pod.uid()));
    files.put(safe(source.path()), new Content(token.getBytes(StandardCharsets.UTF_8), mode));
  }

  /** Validation refuses such paths already; a volume must never write outside itself. */
  private static String safe(String path) throws AssemblyException {
    if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
      throw failed("path \"" + path + "\" leads out of the volume");
    }
    return path;
  }

  private static AssemblyException failed(String message) {
    return new AssemblyException("FailedMount", message);
  }

  private static byte[] utf8(JsonNode text) {
    return text.asText().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] decode(JsonNode text) {
    return Base64.getDecoder().decode(text.asText());
  }
}

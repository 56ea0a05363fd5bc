package dev.ballast.executor.assemble;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.ContainerManifest.EnvFrom;
import dev.ballast.executor.manifest.ContainerManifest.EnvSource;
import dev.ballast.executor.manifest.ContainerManifest.EnvVar;
import dev.ballast.executor.manifest.ContainerManifest.KeyRef;
import dev.ballast.executor.manifest.PodManifest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A container's variables: services first, then envFrom, then env, later ones winning. */
final class Environment {

  private final PodManifest pod;
  private final ContainerManifest container;
  private final PodFacts facts;
  private final Objects objects;

  Environment(PodManifest pod, ContainerManifest container, PodFacts facts, Objects objects) {
    this.pod = pod;
    this.container = container;
    this.facts = facts;
    this.objects = objects;
  }

  Map<String, String> resolve() throws AssemblyException {
    Map<String, String> variables = new LinkedHashMap<>(facts.serviceVariables());
    for (EnvFrom from : container.envFrom()) {
      addAll(variables, from);
    }
    for (EnvVar variable : container.env()) {
      Optional<String> value =
          variable.valueFrom() == null
              ? Optional.of(Expansion.expand(variable.value(), variables))
              : from(variable.valueFrom());
      value.ifPresent(text -> variables.put(variable.name(), text));
    }
    return variables;
  }

  private void addAll(Map<String, String> variables, EnvFrom from) throws AssemblyException {
    boolean secret = from.secretRef() != null;
    var ref = secret ? from.secretRef() : from.configMapRef();
    Optional<ObjectNode> object = find(secret, ref.name());
    if (object.isEmpty() && !ref.optional()) {
      throw missing(secret, ref.name());
    }
    object.ifPresent(
        o ->
            o.path("data")
                .properties()
                .forEach(
                    e ->
                        variables.put(
                            from.prefix() + e.getKey(), text(secret, e.getValue().asText()))));
  }

  private Optional<String> from(EnvSource source) throws AssemblyException {
    try {
      if (source.fieldRef() != null) {
        return Optional.of(FieldValues.field(source.fieldRef().fieldPath(), pod, facts));
      }
      if (source.resourceFieldRef() != null) {
        return Optional.of(FieldValues.resource(source.resourceFieldRef(), container, pod, facts));
      }
    } catch (IllegalArgumentException e) {
      throw AssemblyException.config(e.getMessage());
    }
    return source.secretKeyRef() != null
        ? key(true, source.secretKeyRef())
        : source.configMapKeyRef() != null
            ? key(false, source.configMapKeyRef())
            : Optional.empty();
  }

  private Optional<String> key(boolean secret, KeyRef ref) throws AssemblyException {
    Optional<ObjectNode> object = find(secret, ref.name());
    if (object.isEmpty()) {
      if (ref.optional()) {
        return Optional.empty();
      }
      throw missing(secret, ref.name());
    }
    JsonNode value = object.get().path("data").path(ref.key());
    if (value.isMissingNode()) {
      if (ref.optional()) {
        return Optional.empty();
      }
      throw AssemblyException.config(
          "couldn't find key "
              + ref.key()
              + " in "
              + (secret ? "Secret " : "ConfigMap ")
              + pod.metadata().namespace()
              + "/"
              + ref.name());
    }
    return Optional.of(text(secret, value.asText()));
  }

  private Optional<ObjectNode> find(boolean secret, String name) {
    String namespace = pod.metadata().namespace();
    return secret ? objects.secret(namespace, name) : objects.configMap(namespace, name);
  }

  private static AssemblyException missing(boolean secret, String name) {
    return AssemblyException.config(
        (secret ? "secret \"" : "configmap \"") + name + "\" not found");
  }

  private static String text(boolean secret, String value) {
    return secret ? new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8) : value;
  }
}

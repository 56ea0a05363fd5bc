package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the containers of a pod must hold beyond the schema. One use per pod; one thread. */
final class ContainerValidation {

  private static final Set<String> PROBE_HANDLERS = Set.of("exec", "httpGet", "tcpSocket", "grpc");
  private static final Set<String> LIFECYCLE_HANDLERS =
      Set.of("exec", "httpGet", "tcpSocket", "sleep");

  private final List<Cause> causes;
  private final Set<String> volumes = new HashSet<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> hostPorts = new HashSet<>();
  private final boolean hostNetwork;

  private ContainerValidation(JsonNode spec, List<Cause> causes) {
    this.causes = causes;
    spec.path("volumes").forEach(volume -> volumes.add(volume.path("name").asText("")));
    hostNetwork = spec.path("hostNetwork").asBoolean();
  }

  static void all(JsonNode spec, String path, List<Cause> causes) {
    ContainerValidation validation = new ContainerValidation(spec, causes);
    for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
      JsonNode containers = spec.path(list);
      String at = path + "." + list;
      Check.unique(containers, at, "name", validation.names, causes);
      for (int i = 0; i < containers.size(); i++) {
        validation.container(containers.get(i), at + "[" + i + "]", list);
      }
    }
  }

  private void container(JsonNode container, String path, String list) {
    image(container.path("image").asText(""), path);
    restartPolicy(container.path("restartPolicy"), path, list);
    boolean stays =
        list.equals("containers") || container.path("restartPolicy").asText("").equals("Always");
    for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      probe(container.path(probe), path + "." + probe, probe, stays);
    }
    for (String hook : List.of("postStart", "preStop")) {
      String at = path + ".lifecycle." + hook;
      JsonNode action = container.path("lifecycle").path(hook);
      if (!action.isMissingNode() && mayHave(stays, path + ".lifecycle")) {
        handler(action, at, LIFECYCLE_HANDLERS);
      }
    }
    ports(container.path("ports"), path + ".ports");
    Environment.validate(container, path, causes);
    mounts(container.path("volumeMounts"), path + ".volumeMounts");
    Requests.validate(container.path("resources"), path + ".resources", causes);
    JsonNode security = container.path("securityContext");
    if (security.path("privileged").asBoolean()
        && !security.path("allowPrivilegeEscalation").asBoolean(true)) {
      causes.add(
          FieldErrors.invalid(
              path + ".securityContext",
              security,
              "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
    }
  }

  private void image(String image, String path) {
    if (!image.strip().equals(image)) {
      causes.add(
          FieldErrors.invalid(
              path + ".image", image, "must not have leading or trailing whitespace"));
    }
  }

  private void restartPolicy(JsonNode policy, String path, String list) {
    if (policy.asText("").isEmpty()) {
      return;
    }
    if (!list.equals("initContainers")) {
      causes.add(
          FieldErrors.forbidden(path + ".restartPolicy", "may not be set for non-init containers"));
    } else if (!policy.asText().equals("Always")) {
      causes.add(
          FieldErrors.notSupported(path + ".restartPolicy", policy.asText(), List.of("Always")));
    }
  }

  private void probe(JsonNode probe, String path, String kind, boolean stays) {
    if (probe.isMissingNode() || !mayHave(stays, path)) {
      return;
    }
    handler(probe, path, PROBE_HANDLERS);
    JsonNode successes = probe.path("successThreshold");
    if (!kind.equals("readinessProbe") && successes.asInt(1) != 1) {
      causes.add(FieldErrors.invalid(path + ".successThreshold", successes, "must be 1"));
    }
    if (kind.equals("readinessProbe") && probe.has("terminationGracePeriodSeconds")) {
      causes.add(
          FieldErrors.invalid(
              path + ".terminationGracePeriodSeconds",
              probe.get("terminationGracePeriodSeconds"),
              "must not be set for readinessProbes"));
    }
  }

  private boolean mayHave(boolean stays, String path) {
    if (!stays) {
      causes.add(
          FieldErrors.forbidden(
              path,
              path.contains(".ephemeralContainers[")
                  ? "cannot be set for an Ephemeral Container"
                  : "may not be set for init containers without restartPolicy=Always"));
    }
    return stays;
  }

  private void handler(JsonNode action, String path, Set<String> handlers) {
    int found = 0;
    for (String name : action.propertyStream().map(e -> e.getKey()).toList()) {
      if (handlers.contains(name) && ++found > 1) {
        causes.add(
            FieldErrors.forbidden(path + "." + name, "may not specify more than 1 handler type"));
      }
    }
    if (found == 0) {
      causes.add(FieldErrors.required(path, "must specify a handler type"));
    }
  }

  private void ports(JsonNode ports, String path) {
    Check.unique(ports, path, "name", causes);
    for (int i = 0; i < ports.size(); i++) {
      JsonNode port = ports.get(i);
      int host = port.path("hostPort").asInt(0);
      if (host == 0) {
        continue;
      }
      String at = path + "[" + i + "].hostPort";
      if (hostNetwork && host != port.path("containerPort").asInt()) {
        causes.add(
            FieldErrors.invalid(at, host, "must match `containerPort` when `hostNetwork` is true"));
      }
      String taken =
          "%s/%s/%d"
              .formatted(port.path("protocol").asText("TCP"), port.path("hostIP").asText(""), host);
      if (!hostPorts.add(taken)) {
        causes.add(FieldErrors.duplicate(at, taken));
      }
    }
  }

  private void mounts(JsonNode mounts, String path) {
    Set<String> paths = new HashSet<>();
    for (int i = 0; i < mounts.size(); i++) {
      JsonNode mount = mounts.get(i);
      String at = path + "[" + i + "]";
      String name = mount.path("name").asText("");
      String mountPath = mount.path("mountPath").asText("");
      if (!name.isEmpty() && !volumes.contains(name)) {
        causes.add(FieldErrors.notFound(at + ".name", name));
      }
      if (!mountPath.isEmpty() && !paths.add(mountPath)) {
        causes.add(FieldErrors.invalid(at + ".mountPath", mountPath, "must be unique"));
      }
      if (mountPath.contains(":")) {
        causes.add(FieldErrors.invalid(at + ".mountPath", mountPath, "must not contain ':'"));
      }
      if (!Check.isUnset(mount.path("subPath")) && !Check.isUnset(mount.path("subPathExpr"))) {
        causes.add(
            FieldErrors.invalid(
                at + ".subPathExpr",
                mount.get("subPathExpr"),
                "subPathExpr and subPath are mutually exclusive"));
      }
    }
  }
}

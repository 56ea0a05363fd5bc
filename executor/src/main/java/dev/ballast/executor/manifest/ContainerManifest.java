package dev.ballast.executor.manifest;

import dev.ballast.core.model.Absent;
import dev.ballast.core.model.PodSpec.ContainerPort;
import dev.ballast.core.model.PodSpec.Resources;
import java.util.List;

/** A container of a pod's spec; {@code restartPolicy} Always makes an init container a sidecar. */
public record ContainerManifest(
    String name,
    String image,
    List<String> command,
    List<String> args,
    String workingDir,
    List<ContainerPort> ports,
    List<EnvVar> env,
    List<EnvFrom> envFrom,
    Resources resources,
    String restartPolicy,
    List<VolumeMount> volumeMounts,
    Probe livenessProbe,
    Probe readinessProbe,
    Probe startupProbe,
    Lifecycle lifecycle,
    String terminationMessagePath,
    String terminationMessagePolicy,
    String imagePullPolicy,
    ContainerSecurity securityContext,
    boolean stdin,
    boolean stdinOnce,
    boolean tty) {

  public ContainerManifest {
    image = Absent.text(image);
    command = Absent.list(command);
    args = Absent.list(args);
    workingDir = Absent.text(workingDir);
    ports = Absent.list(ports);
    env = Absent.list(env);
    envFrom = Absent.list(envFrom);
    resources = resources == null ? new Resources(null, null) : resources;
    restartPolicy = Absent.text(restartPolicy);
    volumeMounts = Absent.list(volumeMounts);
    lifecycle = lifecycle == null ? new Lifecycle(null, null) : lifecycle;
    terminationMessagePath =
        terminationMessagePath == null ? "/dev/termination-log" : terminationMessagePath;
    terminationMessagePolicy = terminationMessagePolicy == null ? "File" : terminationMessagePolicy;
    imagePullPolicy = imagePullPolicy == null ? defaultPolicy(image) : imagePullPolicy;
    securityContext = securityContext == null ? ContainerSecurity.NONE : securityContext;
  }

  /** Always for {@code :latest} and untagged images, as the API defaults it. */
  private static String defaultPolicy(String image) {
    boolean tagged = image.lastIndexOf(':') > image.lastIndexOf('/') || image.indexOf('@') >= 0;
    return !tagged || image.endsWith(":latest") ? "Always" : "IfNotPresent";
  }

  /** True when a variable holds the pod's address, which is known once the sandbox runs. */
  public boolean asksForAddress() {
    return env.stream()
        .anyMatch(
            v ->
                v.valueFrom() != null
                    && v.valueFrom().fieldRef() != null
                    && v.valueFrom().fieldRef().fieldPath().startsWith("status.podIP"));
  }

  public boolean restartsAlways() {
    return restartPolicy.equals("Always");
  }

  public record EnvVar(String name, String value, EnvSource valueFrom) {
    public EnvVar {
      value = Absent.text(value);
    }
  }

  public record EnvSource(
      FieldRef fieldRef,
      ResourceFieldRef resourceFieldRef,
      KeyRef configMapKeyRef,
      KeyRef secretKeyRef) {}

  public record FieldRef(String fieldPath) {}

  public record ResourceFieldRef(String containerName, String resource, String divisor) {
    public ResourceFieldRef {
      containerName = Absent.text(containerName);
      divisor = divisor == null || divisor.equals("0") ? "1" : divisor;
    }
  }

  public record KeyRef(String name, String key, boolean optional) {
    public KeyRef {
      name = Absent.text(name);
    }
  }

  public record EnvFrom(String prefix, ObjectRef configMapRef, ObjectRef secretRef) {
    public EnvFrom {
      prefix = Absent.text(prefix);
    }
  }

  public record ObjectRef(String name, boolean optional) {
    public ObjectRef {
      name = Absent.text(name);
    }
  }

  public record VolumeMount(
      String name,
      String mountPath,
      boolean readOnly,
      String subPath,
      String subPathExpr,
      String mountPropagation) {
    public VolumeMount {
      subPath = Absent.text(subPath);
      subPathExpr = Absent.text(subPathExpr);
      mountPropagation = Absent.text(mountPropagation);
    }
  }

  public record Lifecycle(Handler postStart, Handler preStop) {}

  public record ContainerSecurity(
      Long runAsUser,
      Long runAsGroup,
      Boolean runAsNonRoot,
      boolean privileged,
      boolean readOnlyRootFilesystem,
      Boolean allowPrivilegeEscalation,
      Capabilities capabilities,
      SecurityProfile seccompProfile,
      SecurityProfile appArmorProfile) {
    static final ContainerSecurity NONE =
        new ContainerSecurity(null, null, null, false, false, null, null, null, null);

    public ContainerSecurity {
      capabilities = capabilities == null ? new Capabilities(null, null) : capabilities;
    }
  }

  /**
   * A seccomp or AppArmor profile.
   *
   * @param type RuntimeDefault, Unconfined or Localhost
   * @param localhostProfile with Localhost: a file below the agent's folder for seccomp profiles,
   *     or the name of a loaded AppArmor profile
   */
  public record SecurityProfile(String type, String localhostProfile) {
    public SecurityProfile {
      type = Absent.text(type);
      localhostProfile = Absent.text(localhostProfile);
    }
  }

  public record Capabilities(List<String> add, List<String> drop) {
    public Capabilities {
      add = Absent.list(add);
      drop = Absent.list(drop);
    }
  }
}

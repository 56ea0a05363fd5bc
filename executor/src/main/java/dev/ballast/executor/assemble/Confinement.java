package dev.ballast.executor.assemble;

import dev.ballast.core.container.ContainerSpec.Security;
import dev.ballast.core.container.Image;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.ContainerManifest.ContainerSecurity;
import dev.ballast.executor.manifest.ContainerManifest.SecurityProfile;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.manifest.PodManifest.PodSecurity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * As whom a container runs and what it may do: its own securityContext, then its pod's. A pod that
 * names no seccomp or AppArmor profile gets the engine's own, as with the kubelet's {@code
 * seccompDefault}. Lives within one assembly.
 */
final class Confinement {

  private static final String UNCONFINED = "unconfined";

  private final PodManifest pod;
  private final ContainerManifest container;
  private final ContainerSecurity own;
  private final PodSecurity all;
  private final Optional<Image> image;
  private final SeccompProfiles profiles;

  /**
   * @param image as far as it is known; needed where the pod leaves the user to it
   */
  Confinement(
      PodManifest pod,
      ContainerManifest container,
      Optional<Image> image,
      SeccompProfiles profiles) {
    this.pod = pod;
    this.container = container;
    this.own = container.securityContext();
    this.all = pod.spec().securityContext();
    this.image = image;
    this.profiles = profiles;
  }

  Security security() throws AssemblyException {
    return new Security(
        user(),
        groups(),
        own.privileged(),
        own.capabilities().add(),
        own.capabilities().drop(),
        own.readOnlyRootFilesystem(),
        Boolean.FALSE.equals(own.allowPrivilegeEscalation()),
        pod.spec().hostNetwork(),
        pod.spec().hostIPC(),
        pod.spec().hostPID(),
        Boolean.TRUE.equals(pod.spec().shareProcessNamespace()),
        seccomp(),
        appArmor());
  }

  private String user() throws AssemblyException {
    Long user = own.runAsUser() != null ? own.runAsUser() : all.runAsUser();
    Long group = own.runAsGroup() != null ? own.runAsGroup() : all.runAsGroup();
    Boolean nonRoot = own.runAsNonRoot() != null ? own.runAsNonRoot() : all.runAsNonRoot();
    String imageUser = image.map(Image::user).orElse("");
    if (Boolean.TRUE.equals(nonRoot)) {
      checkNonRoot(user, imageUser.replaceFirst(":.*", ""));
    }
    if (user == null && group == null) {
      return "";
    }
    String uid = user != null ? user.toString() : imageUser.isEmpty() ? "0" : imageUser;
    return group == null ? uid : uid.replaceFirst(":.*", "") + ":" + group;
  }

  private void checkNonRoot(Long user, String imageUser) throws AssemblyException {
    if (user != null && user == 0) {
      throw nonRoot("container's runAsUser breaks non-root policy");
    }
    if (user != null) {
      return;
    }
    if (imageUser.isEmpty() || imageUser.equals("0")) {
      throw nonRoot("container has runAsNonRoot and image will run as root");
    }
    if (!imageUser.chars().allMatch(Character::isDigit)) {
      throw nonRoot(
          "container has runAsNonRoot and image has non-numeric user ("
              + imageUser
              + "), cannot verify user is non-root");
    }
  }

  private AssemblyException nonRoot(String why) {
    String name = pod.metadata().name() + "_" + pod.metadata().namespace() + "(" + pod.uid() + ")";
    return AssemblyException.config(
        why + " (pod: \"" + name + "\", container: " + container.name() + ")");
  }

  private List<String> groups() {
    List<String> groups = new ArrayList<>();
    all.supplementalGroups().forEach(g -> groups.add(Long.toString(g)));
    if (all.fsGroup() != null) {
      groups.add(Long.toString(all.fsGroup()));
    }
    return groups;
  }

  private String seccomp() throws AssemblyException {
    SecurityProfile profile =
        own.seccompProfile() != null ? own.seccompProfile() : all.seccompProfile();
    if (profile == null || own.privileged()) {
      return "";
    }
    return switch (profile.type()) {
      case "Unconfined" -> UNCONFINED;
      case "Localhost" -> profiles.read(profile.localhostProfile());
      default -> "";
    };
  }

  private String appArmor() {
    SecurityProfile profile =
        own.appArmorProfile() != null ? own.appArmorProfile() : all.appArmorProfile();
    if (profile == null || own.privileged()) {
      return "";
    }
    return switch (profile.type()) {
      case "Unconfined" -> UNCONFINED;
      case "Localhost" -> profile.localhostProfile();
      default -> "";
    };
  }
}

package dev.ballast.executor.pod;

import dev.ballast.core.container.DiskUsage;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.manifest.VolumeManifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pod takes up on its machine, against what it may. Source: the kubelet's eviction for local
 * storage, its order and words. Pure.
 *
 * @param emptyDirs bytes by volume name
 * @param containers by container name, of those that run
 */
public record DiskUse(Map<String, Long> emptyDirs, Map<String, DiskUsage> containers) {

  private static final String RESOURCE = "ephemeral-storage";
  private static final String BINARY = "KMGTPE";
  private static final String DECIMAL = "kMGTPE";

  public DiskUse {
    emptyDirs = Map.copyOf(emptyDirs);
    containers = Map.copyOf(containers);
  }

  /** True when a container may fill only so much of the disk: then all of them are measured. */
  public static boolean limitsContainers(PodManifest pod) {
    return pod.spec().containers().stream().anyMatch(c -> !limit(c).isEmpty());
  }

  /** True when a volume may hold only so much. */
  public static boolean limitsVolumes(PodManifest pod) {
    return pod.spec().volumes().stream()
        .anyMatch(v -> v.emptyDir() != null && !v.emptyDir().sizeLimit().isEmpty());
  }

  private static String limit(ContainerManifest container) {
    String limit = container.resources().limits().getOrDefault(RESOURCE, "");
    return limit.isEmpty() || bytes(limit) == 0 ? "" : limit;
  }

  private static long bytes(String quantity) {
    return Quantity.parse(quantity).units();
  }

  /** Why the pod must be evicted. */
  public Optional<String> overLimit(PodManifest pod) {
    return volume(pod).or(() -> wholePod(pod)).or(() -> container(pod));
  }

  private Optional<String> volume(PodManifest pod) {
    return pod.spec().volumes().stream()
        .filter(v -> v.emptyDir() != null && !v.emptyDir().sizeLimit().isEmpty())
        .filter(v -> bytes(v.emptyDir().sizeLimit()) > 0)
        .filter(v -> emptyDirs.getOrDefault(v.name(), 0L) > bytes(v.emptyDir().sizeLimit()))
        .findFirst()
        .map(
            v ->
                "Usage of EmptyDir volume \""
                    + v.name()
                    + "\" exceeds the limit \""
                    + v.emptyDir().sizeLimit()
                    + "\". ");
  }

  private Optional<String> wholePod(PodManifest pod) {
    List<String> limits =
        pod.spec().containers().stream().map(DiskUse::limit).filter(l -> !l.isEmpty()).toList();
    long most = limits.stream().mapToLong(DiskUse::bytes).sum();
    if (limits.isEmpty() || total(pod) <= most) {
      return Optional.empty();
    }
    String text = limits.size() == 1 ? limits.getFirst() : text(most, limits.getFirst());
    return Optional.of(
        "Pod ephemeral local storage usage exceeds the total limit of containers " + text + ". ");
  }

  private long total(PodManifest pod) {
    long volumes =
        pod.spec().volumes().stream()
            .filter(v -> v.emptyDir() != null && !v.emptyDir().medium().equals("Memory"))
            .map(VolumeManifest::name)
            .mapToLong(name -> emptyDirs.getOrDefault(name, 0L))
            .sum();
    return volumes + containers.values().stream().mapToLong(DiskUsage::total).sum();
  }

  private Optional<String> container(PodManifest pod) {
    return pod.spec().containers().stream()
        .filter(c -> !limit(c).isEmpty())
        .filter(c -> containers.getOrDefault(c.name(), DiskUsage.NONE).total() > bytes(limit(c)))
        .findFirst()
        .map(
            c ->
                "Container "
                    + c.name()
                    + " exceeded its local ephemeral storage limit \""
                    + limit(c)
                    + "\". ");
  }

  /** A sum in the largest unit that divides it, binary or decimal as its first part was. */
  private static String text(long bytes, String like) {
    boolean binary = like.endsWith("i");
    long step = binary ? 1024 : 1000;
    long left = bytes;
    int unit = 0;
    while (unit < BINARY.length() && left % step == 0) {
      left /= step;
      unit++;
    }
    String suffix =
        unit == 0 ? "" : (binary ? BINARY : DECIMAL).charAt(unit - 1) + (binary ? "i" : "");
    return left + suffix;
  }
}

package dev.ballast.executor.agent;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.Image;
import dev.ballast.core.container.RuntimeInfo;
import dev.ballast.core.container.RuntimeResult;
import dev.ballast.core.telemetry.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes images that nothing uses when the disk fills up, and only those that this agent pulled:
 * the engine may have other users. Which those are is kept on disk. Thread-safe.
 */
final class ImageCleaner {

  private static final Logger LOG = LoggerFactory.getLogger(ImageCleaner.class);

  /** Share of the disk in use above which images go, as the kubelet's imageGCHighThreshold. */
  private static final int HIGH_PERCENT = 85;

  private final ContainerRuntime runtime;
  private final Telemetry telemetry;
  private final Path list;
  private final Set<String> pulled = new TreeSet<>();

  /**
   * @param list remembers the references
   */
  ImageCleaner(ContainerRuntime runtime, Telemetry telemetry, Path list) {
    this.runtime = runtime;
    this.telemetry = telemetry;
    this.list = list;
    try {
      if (Files.exists(list)) {
        pulled.addAll(Files.readAllLines(list));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void pulled(String reference) {
    if (pulled.add(reference)) {
      save();
    }
  }

  private void save() {
    try {
      Files.createDirectories(list.getParent());
      Files.write(list, pulled);
    } catch (IOException e) {
      LOG.warn("pulled images are not remembered: {}", e.getMessage());
    }
  }

  synchronized void clean(RuntimeInfo machine) {
    Set<String> used = runtime.list().stream().map(c -> c.imageId()).collect(Collectors.toSet());
    for (Image image : unused(machine, runtime.images(), used, pulled)) {
      if (runtime.removeImage(image.id()) instanceof RuntimeResult.Refused refused) {
        LOG.debug("image {} stays: {}", image.references(), refused.message());
      } else {
        LOG.info("removed unused image {}", image.references());
        telemetry.count("kubelet_image_garbage_collected_total", 1);
        pulled.removeAll(new HashSet<>(image.references()));
        save();
      }
    }
  }

  /** What may go now. Pure. */
  static List<Image> unused(
      RuntimeInfo machine, List<Image> images, Set<String> usedIds, Set<String> pulled) {
    long usedBytes = machine.diskBytes() - machine.diskFreeBytes();
    if (machine.diskBytes() == 0 || usedBytes * 100 / machine.diskBytes() < HIGH_PERCENT) {
      return List.of();
    }
    return images.stream()
        .filter(image -> !usedIds.contains(image.id()))
        .filter(image -> image.references().stream().anyMatch(pulled::contains))
        .toList();
  }
}

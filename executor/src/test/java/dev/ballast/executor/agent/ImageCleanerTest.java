package dev.ballast.executor.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.container.Image;
import dev.ballast.core.container.RuntimeInfo;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageCleanerTest {

  private static RuntimeInfo machine(long memoryFree, long diskFree) {
    return new RuntimeInfo(
        "docker", "1", "linux", "", "", "amd64", 1, 1L << 30, memoryFree, 100, diskFree, "", false);
  }

  private static Image image(String name) {
    return new Image("id-" + name, List.of(name), List.of(), 1, "");
  }

  @ParameterizedTest(name = "{0} % free -> {1}")
  @CsvSource({"50, ''", "16, ''", "15, old", "0, old"})
  void onlyUnusedImagesOfOursGoAndOnlyWhenTheDiskIsFull(long free, String gone) {
    List<Image> images = List.of(image("old"), image("used"), image("foreign"));
    assertEquals(
        gone,
        String.join(
            " ",
            ImageCleaner.unused(
                    machine(1L << 30, free), images, Set.of("id-used"), Set.of("old", "used"))
                .stream()
                .map(i -> i.references().getFirst())
                .toList()));
  }

  @ParameterizedTest(name = "{0} MiB and {1} % free")
  @CsvSource({"500, 50, false, false", "99, 50, true, false", "500, 9, false, true"})
  void pressuresAreToldByTheirThresholds(long mib, long disk, boolean memory, boolean full) {
    assertEquals(
        Map.of("Ready", true, "MemoryPressure", memory, "DiskPressure", full),
        Pressures.of(machine(mib << 20, disk), true));
  }
}

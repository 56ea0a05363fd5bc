package dev.ballast.executor.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.DiskUsage;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.executor.manifest.PodManifest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which limit is broken first, and how the kubelet says so. */
class DiskUseTest {

  private static final long MI = 1 << 20;

  private static PodManifest pod(String limitA, String limitB, String volume) {
    String limits = "\"resources\":{\"limits\":{\"ephemeral-storage\":\"%s\"}}";
    String spec =
        "{\"containers\":[{\"name\":\"a\",%s},{\"name\":\"b\",%s}],\"volumes\":[{\"name\":\"v\",\"emptyDir\":{%s}}]}"
            .formatted(limits.formatted(limitA), limits.formatted(limitB), volume);
    String json =
        "{\"metadata\":{\"name\":\"p\",\"namespace\":\"d\",\"uid\":\"u\"},\"spec\":" + spec + "}";
    return PodManifest.of(
        new Document(
            new ObjectKey(ResourceType.PODS, "d", "p"), 1, json.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest(name = "a {0}, b {1}, volume {2}: {3} + {4} + {5} Mi")
  @CsvSource({
    "4Mi,  4Mi, '\"sizeLimit\":\"2Mi\"', 4, 0, 2, ''",
    "4Mi,  4Mi, '\"sizeLimit\":\"2Mi\"', 5, 0, 3, Usage of EmptyDir volume \"v\" exceeds the limit \"2Mi\". ",
    "4Mi,  4Mi, '',                      4, 2, 3, Pod ephemeral local storage usage exceeds the total limit of containers 8Mi. ",
    "4Mi,  4Mi, '\"medium\":\"Memory\"',   4, 2, 3, ''",
    "4Mi,  4Mi, '',                      5, 1, 0, Container a exceeded its local ephemeral storage limit \"4Mi\". ",
    "4Mi,  0,   '',                      1, 3, 1, Pod ephemeral local storage usage exceeds the total limit of containers 4Mi. ",
    "1G,   1M,  '',                      1, 3, 1, Container b exceeded its local ephemeral storage limit \"1M\". ",
    "1M,   2M,  '',                      1, 3, 1, Pod ephemeral local storage usage exceeds the total limit of containers 3M. ",
    "0,    0,   '',                      9, 9, 9, ''",
  })
  void theFirstBrokenLimitIsNamed(
      String limitA, String limitB, String volume, long a, long b, long v, String message) {
    DiskUse use =
        new DiskUse(
            Map.of("v", v * MI),
            Map.of("a", new DiskUsage(a * MI, 0), "b", new DiskUsage(0, b * MI)));
    String said = use.overLimit(pod(limitA, limitB, volume)).orElse("");
    assertEquals(message.strip(), said.strip());
  }

  @Test
  void onlyWhatIsLimitedNeedsToBeMeasured() {
    assertFalse(DiskUse.limitsContainers(pod("0", "0", "")));
    assertFalse(DiskUse.limitsVolumes(pod("0", "0", "")));
    assertTrue(DiskUse.limitsContainers(pod("0", "1Mi", "")));
    assertTrue(DiskUse.limitsVolumes(pod("0", "0", "\"sizeLimit\":\"1Mi\"")));
  }
}

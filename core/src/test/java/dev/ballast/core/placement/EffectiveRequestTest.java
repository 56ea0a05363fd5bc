package dev.ballast.core.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.model.PodSpec;
import dev.ballast.core.resource.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectiveRequestTest {

  /** init: cpu, * marks a sidecar; the last column is what the pod takes, in millicores. */
  @ParameterizedTest
  @CsvSource({
    "'', '100m 200m', 0, 300",
    "'1', '100m 200m', 0, 1000",
    "'100m 250m', '200m', 0, 250",
    "'500m*', '200m', 0, 700",
    "'500m* 300m', '200m', 0, 800",
    "'300m 500m*', '200m', 0, 700",
    "'900m 500m*', '200m', 0, 900",
    "'500m* 300m 400m*', '200m', 0, 1100",
    "'', '1.5', 250m, 1750",
    "'2', '1', 10m, 2010",
    "'', '0.0001', 0, 1",
  })
  void cpuOfAPod(String inits, String apps, String overhead, long millicores) throws Exception {
    String json =
        "{\"initContainers\":[%s],\"containers\":[%s],\"overhead\":{\"cpu\":\"%s\"}}"
            .formatted(containers(inits), containers(apps), overhead);
    long[] amounts =
        EffectiveRequest.of(Json.MAPPER.readValue(json, PodSpec.class), new ResourceNames());
    assertEquals(millicores, amounts[ResourceNames.CPU]);
    assertEquals(1, amounts[ResourceNames.PODS]);
  }

  @ParameterizedTest
  @CsvSource({"1Gi, 2Gi, 1073741824", "'', 2Gi, 2147483648", "128Mi, '', 134217728"})
  void aLimitWithoutARequestIsTheRequest(String request, String limit, long bytes)
      throws Exception {
    String json =
        "{\"containers\":[{\"name\":\"a\",\"resources\":{\"requests\":{%s},\"limits\":{%s}}}]}"
            .formatted(memory(request), memory(limit));
    long[] amounts =
        EffectiveRequest.of(Json.MAPPER.readValue(json, PodSpec.class), new ResourceNames());
    assertEquals(bytes, amounts[ResourceNames.MEMORY]);
  }

  private static String memory(String quantity) {
    return quantity.isEmpty() ? "" : "\"memory\":\"" + quantity + "\"";
  }

  private static String containers(String list) {
    StringBuilder json = new StringBuilder();
    for (String cpu : list.isEmpty() ? new String[0] : list.split(" ")) {
      json.append(json.isEmpty() ? "" : ",")
          .append("{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"")
          .append(cpu.replace("*", ""))
          .append("\"}}")
          .append(cpu.endsWith("*") ? ",\"restartPolicy\":\"Always\"}" : "}");
    }
    return json.toString();
  }
}

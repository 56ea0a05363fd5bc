package dev.ballast.control.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.placement.GpuDemand;
import dev.ballast.core.resource.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The GPU devices of a bound pod, where Koordinator keeps them: an annotation that its node agent
 * and container hooks read. Pure.
 */
final class DeviceAnnotation {

  static final String NAME = "scheduling.koordinator.sh/device-allocated";

  private DeviceAnnotation() {}

  static String of(GpuDemand demand, List<Integer> devices) {
    ObjectNode root = Json.object();
    ArrayNode gpus = root.putArray("gpu");
    for (int device : devices) {
      ObjectNode gpu = gpus.addObject().put("minor", device);
      String percent = Integer.toString(demand.percent());
      gpu.putObject("resources")
          .put(GpuDemand.SHARE, percent)
          .put("koordinator.sh/gpu-memory-ratio", percent);
    }
    return root.toString();
  }

  /** The devices; none where the annotation is absent or is not to be understood. */
  static List<Integer> devices(Map<String, String> annotations) {
    String text = annotations.get(NAME);
    if (text == null) {
      return List.of();
    }
    try {
      List<Integer> devices = new ArrayList<>();
      for (JsonNode gpu : Json.MAPPER.readTree(text).path("gpu")) {
        devices.add(gpu.path("minor").asInt());
      }
      return devices.stream().anyMatch(device -> device < 0 || device > 1024)
          ? List.of()
          : List.copyOf(devices);
    } catch (JsonProcessingException written) {
      return List.of();
    }
  }
}

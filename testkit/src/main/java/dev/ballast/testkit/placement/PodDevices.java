package dev.ballast.testkit.placement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which GPUs of a node a pod may have. From "Device Plugins" and "Schedule GPUs" of the Kubernetes
 * documentation (devices are given out whole, and to one container only) and from Koordinator's
 * "Device Scheduling - GPU Share": up to 100 of {@code koordinator.sh/gpu-core} is that share of
 * one GPU, more is that many hundredths of whole ones, and the annotation {@code
 * scheduling.koordinator.sh/device-allocated} of a placed pod says by number which it has.
 */
final class PodDevices {

  private static final String WHOLE = "nvidia.com/gpu";
  private static final String SHARE = "koordinator.sh/gpu-core";
  private static final String ALLOCATED = "scheduling.koordinator.sh/device-allocated";
  private static final BigDecimal ALL = new BigDecimal(100);
  private static final ObjectMapper JSON = new ObjectMapper();

  private PodDevices() {}

  /** So much of each of so many different devices. */
  private record Need(int devices, BigDecimal share) {}

  private static Need need(Map<String, BigDecimal> needs) {
    BigDecimal share = needs.getOrDefault(SHARE, BigDecimal.ZERO);
    if (share.signum() > 0 && share.compareTo(ALL) <= 0) {
      return new Need(1, share);
    }
    int whole = needs.getOrDefault(WHOLE, BigDecimal.ZERO).intValueExact();
    int shares = share.divide(ALL, RoundingMode.CEILING).intValueExact();
    return new Need(Math.max(whole, shares), ALL);
  }

  private static int count(ObjectNode node) {
    Map<String, BigDecimal> offered = PodNeeds.quantities(node.at("/status/allocatable"));
    BigDecimal whole = offered.get(WHOLE);
    BigDecimal shares = offered.getOrDefault(SHARE, BigDecimal.ZERO);
    return (whole != null ? whole : shares.divide(ALL, RoundingMode.FLOOR)).intValueExact();
  }

  /** A node that offers GPUs offers all the shares of them, and the other way round. */
  static void complete(Map<String, BigDecimal> offered) {
    BigDecimal whole = offered.get(WHOLE);
    BigDecimal shares = offered.get(SHARE);
    if (whole != null && shares == null) {
      offered.put(SHARE, whole.multiply(ALL));
    } else if (whole == null && shares != null) {
      offered.put(WHOLE, shares.divide(ALL, RoundingMode.FLOOR));
    }
  }

  /** What the pods there leave of each device. */
  private static BigDecimal[] free(ObjectNode node, Collection<JsonNode> occupants) {
    BigDecimal[] free = new BigDecimal[count(node)];
    Arrays.fill(free, ALL);
    for (JsonNode pod : occupants) {
      for (JsonNode gpu : allocated(pod)) {
        int minor = gpu.path("minor").asInt();
        if (minor < free.length) {
          free[minor] =
              free[minor].subtract(new BigDecimal(gpu.path("resources").path(SHARE).asText()));
        }
      }
    }
    return free;
  }

  static List<Integer> numbers(JsonNode pod) {
    List<Integer> numbers = new ArrayList<>();
    allocated(pod).forEach(gpu -> numbers.add(gpu.path("minor").asInt()));
    return numbers;
  }

  private static JsonNode allocated(JsonNode pod) {
    String text = pod.path("metadata").path("annotations").path(ALLOCATED).asText("");
    try {
      return JSON.readTree(text.isEmpty() ? "{}" : text).path("gpu");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }

  /** Why no choice of devices would do. */
  static Optional<String> objection(
      Map<String, BigDecimal> needs, ObjectNode node, Collection<JsonNode> occupants) {
    Need need = need(needs);
    if (need.devices() == 0) {
      return Optional.empty();
    }
    int enough = 0;
    for (BigDecimal free : free(node, occupants)) {
      enough += free.compareTo(need.share()) >= 0 ? 1 : 0;
    }
    return enough >= need.devices()
        ? Optional.empty()
        : Optional.of(enough + " of " + need.devices() + " devices have " + need.share());
  }

  /** Why these devices are not the pod's to have. */
  static Optional<String> objection(
      Map<String, BigDecimal> needs,
      ObjectNode node,
      Collection<JsonNode> occupants,
      List<Integer> devices) {
    Need need = need(needs);
    if (devices.size() != need.devices() || new HashSet<>(devices).size() != devices.size()) {
      return Optional.of("devices " + devices + " where " + need.devices() + " are asked for");
    }
    BigDecimal[] free = free(node, occupants);
    for (int device : devices) {
      if (device < 0 || device >= free.length || free[device].compareTo(need.share()) < 0) {
        return Optional.of("device " + device + " has not " + need.share() + " left");
      }
    }
    return Optional.empty();
  }

  /** The first devices that have enough left, as many as are asked for. */
  static List<Integer> first(
      Map<String, BigDecimal> needs, ObjectNode node, Collection<JsonNode> occupants) {
    Need need = need(needs);
    BigDecimal[] free = free(node, occupants);
    List<Integer> first = new ArrayList<>();
    for (int device = 0; device < free.length && first.size() < need.devices(); device++) {
      if (free[device].compareTo(need.share()) >= 0) {
        first.add(device);
      }
    }
    return first;
  }

  /** Notes on the pod which devices it got. */
  static void note(ObjectNode pod, Map<String, BigDecimal> needs, List<Integer> devices) {
    if (devices.isEmpty()) {
      return;
    }
    ObjectNode root = JSON.createObjectNode();
    for (int device : devices) {
      ObjectNode gpu = root.withArrayProperty("gpu").addObject().put("minor", device);
      gpu.putObject("resources").put(SHARE, need(needs).share().toPlainString());
    }
    ObjectNode annotations = pod.withObjectProperty("metadata").withObjectProperty("annotations");
    annotations.put(ALLOCATED, root.toString());
  }
}

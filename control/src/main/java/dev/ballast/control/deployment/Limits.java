package dev.ballast.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How many pods a rollout may have beyond, and lack from, the wanted number. Percentages of the
 * wanted number round up for surge and down for unavailability; both zero would never move, so one
 * may then be unavailable. Pure.
 *
 * @param replicas the wanted number
 */
record Limits(int replicas, int maxSurge, int maxUnavailable) {

  static Limits of(Deployment deployment) {
    int replicas = deployment.spec().replicas();
    if (deployment.spec().strategy().isRecreate()) {
      return new Limits(replicas, 0, 0);
    }
    Deployment.RollingUpdate update = deployment.spec().strategy().rollingUpdate();
    int surge = resolve(update.maxSurge(), replicas, true);
    int unavailable = resolve(update.maxUnavailable(), replicas, false);
    if (surge == 0 && unavailable == 0) {
      unavailable = 1;
    }
    return new Limits(replicas, surge, Math.min(unavailable, replicas));
  }

  private static int resolve(JsonNode value, int replicas, boolean up) {
    String text = value == null || value.isNull() ? "25%" : value.asText();
    if (!text.endsWith("%")) {
      return Integer.parseInt(text);
    }
    long hundredths = Long.parseLong(text.substring(0, text.length() - 1)) * replicas;
    return (int) (up ? Math.ceilDiv(hundredths, 100) : Math.floorDiv(hundredths, 100));
  }

  /** At most this many pods at once. */
  int maxTotal() {
    return replicas + maxSurge;
  }

  /** At least this many of them available. */
  int minAvailable() {
    return replicas - maxUnavailable;
  }
}
